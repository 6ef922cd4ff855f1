"""``python -m vernacular.cli``: the same as ``vernacular``, where scripts are not on the path."""

from vernacular.cli.entry import main

main()
