"""The words of a first policy: what ``config.sample`` fills the answers into."""

from __future__ import annotations

DESK = """\
# The desk: who works here, for which addresses, and what is promised.
# Check it with `despacho policy check`, and put it to work with `despacho policy apply`.

# The name that customers read in the desk's mails.
name = {name}

# A new desk is in shadow: it takes mail in and routes it, and sends nothing to anybody. What it would have
# sent is in `despacho outgoing list`. `despacho go-live` lets it answer; a [[mailbox]] may have its own mode.
mode = "shadow"

# Mail older than this opens a ticket and is not acknowledged; "off" acknowledges it however old it is.
acknowledge_within = "1d"

# The languages that the desk writes in, the usual one first.
languages = {languages}


# ---- Addresses. Mail to any other address is refused. Add a [[mailbox]] for each further one.

[[mailbox]]
address = {address}
group = "first-line"             # new tickets go here, unless a rule says otherwise


# ---- People. The id is a short name for lists, rules and commands.

{agents}

# ---- Groups. A ticket belongs to one group, and one of its agents gets it.

[[group]]
name = "first-line"
agents = {members}


# ---- When someone is here. Days that are not named are closed; two spans are a list,
#      ["09:00-13:00", "14:00-17:00"].

{hours}


# ---- What is promised: the first answer, counted from the mail's arrival. "off" promises nothing.

[deadlines]
first_response = "8h"


# ---- What is known already. Write articles as in `articles/`, and bring them in with `despacho kb import
#      articles`: agents are told of them at once, customers when `despacho kb calibrate` has passed on
#      questions of your own. With a url, where customers reach the HTTP role, articles are pages there.

[suggestions]
to_customers = true
# url = "https://desk.acme.example"
"""

ARTICLES = {
    "en": """\
---
title: How long does it take until somebody answers?
audience: internal
---

This is the form of an article: change it, or delete the file.
Without `audience: internal` customers may read it.
""",
    "es": """\
---
title: ¿Cuánto se tarda en responder?
audience: internal
---

Esta es la forma de un artículo: cámbielo o borre el fichero.
Sin `audience: internal` pueden leerlo los clientes.
""",
    "nb": """\
---
title: Hvor lang tid tar det før noen svarer?
audience: internal
---

Slik ser en artikkel ut: endre den, eller slett filen.
Uten `audience: internal` kan kunder lese den.
""",
}
"""A first article by language, to be changed."""

MORE = """\


# ---- More to begin with: take the # away from the lines that you want. docs/policy.md tells the rest.

# Shifts, for agents who are not always there: tickets wait for the next one where nobody is. An agent
# gets them by a line `shifts = ["day"]`.
#
# [[shift]]
# name = "day"
# zone = {zone}
# mon-fri = ["09:00-14:00", "15:00-18:00"]

# Who hears of a ticket that nobody has: of an urgent one at once, of any other after 30 minutes of opening
# hours. Agents by id, or addresses outside the desk; a [[group]] may name its own.
#
# [unowned]
# on_call = [{watcher}]
# lead = {watcher}
# after = "30m"

# A calendar of its own, for a [[mailbox]], a [[group]] or an SLA policy: `calendar = "short-days"`.
#
# [[calendar]]
# name = "short-days"
# zone = {zone}
# mon-fri = "09:00-15:00"
#
# [calendar.dates]
# "12-24" = "09:00-12:00"
# "01-01" = "closed"

# What is promised to whom, on a calendar, and what happens before it is late.
#
# [[sla]]
# name = "quick"
# match = {{ priority = ["high", "urgent"] }}
# clock = "business"
# first_response = "2h"
# resolution = "16h"
#
# [[sla.level]]
# of = "first_response"
# before = "30m"
# notify = ["group"]
"""
"""What stands at the end of the desk, in comments that work."""

AGENT_MORE = """\
# capacity = 25                  # at most so many unsolved tickets at the same time
# skills = { returns = 3 }       # levels from 1 to 5, for tickets with a tag like "skill:returns:2"
# shifts = ["day"]               # when they are there; see the end of this file
# time_off = ["2026-12-24..2027-01-06"]
"""

RULES = """\
# Rules run from the top to the bottom as a ticket opens (or at `on = ["reply"]`, `["change"]`).
# All lines of `when` must hold and none of `unless`. `then` says what is done.
# Below each rule stand its tests: `given` a mail, this is what to `expect`.

[[rule]]
name = "Urgent words raise the priority"
when.subject.contains = {words}   # any case; from the start of a word
unless.kind.is_not = "human"
then.priority = "urgent"

{tests}
[[rule.test]]
given.subject = "Hello"
expect.match = false


# A rule to begin with; take the # away, and make the group in desk.toml.
#
# [[rule]]
# name = "Invoices go to billing"
# when.subject.contains = ["invoice", "factura", "faktura"]
# then.group = "billing"
# then.add_tags = ["invoice"]
#
# [[rule.test]]
# given.subject = "My invoice is wrong"
# expect.group = "billing"
"""

URGENT_TEST = """\
[[rule.test]]
given.subject = {subject}
expect.priority = "urgent"
"""

URGENT: dict[str, tuple[tuple[str, ...], str]] = {
    "en": (("urgent", "asap", "emergency"), "This is urgent"),
    "es": (("urgente", "emergencia", "cuanto antes"), "Es urgente, por favor"),
    "nb": (("haster", "snarest", "nødsituasjon"), "Dette haster"),
}
"""By language, words that say urgent, and a subject that holds one of them."""

PHRASES = """\
# Lists of phrases by name and language: any case, from the start of a word.

# Whoever complains is told of no article by a machine.
[complaint]
{lists}
"""

COMPLAINT = {
    "en": ("complaint", "complain", "unacceptable", "disappointed", "lawyer"),
    "es": ("queja", "reclamación", "inaceptable", "decepcionad", "abogad"),
    "nb": ("klage", "klager", "uakseptabel", "skuffet", "advokat"),
}
"""Words of whoever complains, by language."""
