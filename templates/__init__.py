"""What we say, as data: ``<language>/<name>.txt`` is one mail's words, ``frame.txt`` what stands below all.

Each template begins with a comment that names its variables, one a line; a test renders it with all of them
and with the optional ones left out. The filters are ``moment(zone)``, ``day(zone)`` and
``clock(zone)`` for ISO 8601 times, ``staffed`` for hours and ``quoted`` for other people's words
(`runtime.phrasing`). The line to reply above is no template's
business: it is put in front of every conversation, overridden templates included.
"""
