"""How the site is made: the hooks of MkDocs, and the pages that are generated from the code."""
