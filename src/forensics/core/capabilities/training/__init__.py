"""Prompts written for the project to train the capability weights on, and the small grammar that fills their slots."""
