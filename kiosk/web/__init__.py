"""The faces of the service: the HTTP API and the pages. Routes only translate."""
