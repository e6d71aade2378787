"""Going out by the API of the service that somebody wrote by, in place of by mail."""
