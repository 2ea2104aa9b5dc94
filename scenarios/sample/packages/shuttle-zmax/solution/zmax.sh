# Speaks the protocol on two descriptors: requests come on $1, answers leave on $2.
here=$(dirname "$0")
if [ -x /usr/bin/mawk ]; then
    exec /usr/bin/mawk -W interactive -f "$here/zmax.awk" "$here/sensors.csv" - <&"$1" >&"$2"
fi
exec gawk -f "$here/zmax.awk" "$here/sensors.csv" - <&"$1" >&"$2"
