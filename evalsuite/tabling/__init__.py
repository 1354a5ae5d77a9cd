"""Tables for papers: laid out by a YAML file, written as LaTeX, Markdown, CSV or HTML, and checked against the runs."""
