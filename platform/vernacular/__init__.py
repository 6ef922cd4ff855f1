"""Vernacular: test and feedback platform for multilingual voice and chat assistants."""
