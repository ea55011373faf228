"""Facts: who holds which office in which country, as evidence beside the text."""
