"""One file per joined job: the only place that joins the rooms below."""
