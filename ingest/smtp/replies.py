"""Every line that a sending server can read from us; none of them holds what an exception said.

The enhanced codes are those of RFC 3463. Everything that is our own fault begins with 4, so that the sender
comes again; 5 is kept for what the sender would do no better the next time.
"""

KEPT = "250 2.0.0 Kept"
SENDER_OK = "250 2.1.0 Sender ok"
RECIPIENT_OK = "250 2.1.5 Recipient ok"
CANNOT_VERIFY = "252 2.1.5 Send some mail, it will be tried"
HELP = "214 2.0.0 See RFC 5321"
GO_ON = "354 End data with <CR><LF>.<CR><LF>"

SHUTTING_DOWN = "421 4.3.2 Shutting down, come again later"
TOO_MANY_CONNECTIONS = "421 4.3.2 Too many connections, come again later"
TOO_MANY_FROM_YOU = "421 4.7.0 Too many connections from your address, come again later"
TOO_QUIET = "421 4.4.2 Too quiet for too long"
TOO_SLOW = "421 4.4.2 Too slow"
TOO_LONG_HERE = "421 4.4.2 This session has lasted long enough, come again"
TOO_MANY_ERRORS = "421 4.7.0 Too many errors, come again later"
NO_ROOM = "452 4.3.1 No room at the moment, come again later"
TOO_MANY_RECIPIENTS = "452 4.5.3 Too many recipients, send the others again"
OUR_FAULT = "451 4.3.0 Something went wrong here, come again later"

BAD_MAIL = "501 5.5.4 Syntax: MAIL FROM:<address> [SIZE=n] [BODY=7BIT|8BITMIME] [SMTPUTF8]"
BAD_RCPT = "501 5.5.4 Syntax: RCPT TO:<address>"
BAD_DATA = "501 5.5.4 Syntax: DATA"
BAD_HELLO = "501 5.5.4 Syntax: EHLO hostname"
NESTED_MAIL = "503 5.5.1 A mail has begun already"
TLS_ALREADY = "503 5.5.1 TLS has begun already"
NEED_HELLO = "503 5.5.1 EHLO first"
NEED_MAIL = "503 5.5.1 MAIL first"
NEED_RCPT = "503 5.5.1 RCPT first"
UNKNOWN_RECIPIENT = "550 5.1.1 Nobody here has that address"
TOO_BIG = "552 5.3.4 The message is larger than we take"
LINE_TOO_LONG = "554 5.6.0 The message has a line longer than we take"
BAD_ADDRESS = "553 5.1.3 That is not an address"
BAD_SENDER = "553 5.1.7 That is not an address"
UNKNOWN_PARAMETER = "555 5.5.4 Parameter not known"
