"""Tables that people take away: spreadsheets and comma-separated files."""
