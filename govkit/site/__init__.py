"""The Sphinx extension: how results are drawn on the documentation site."""
