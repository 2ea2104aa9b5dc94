"""Would the order be another if something were chosen otherwise: scheme, weight, judge, rival."""
