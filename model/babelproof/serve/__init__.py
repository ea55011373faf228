"""The service: scores and gates over HTTP, and the editor's page."""
