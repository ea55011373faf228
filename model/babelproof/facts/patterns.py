"""Patterns: what may stand between a name, an office and a country."""

from __future__ import annotations

import re

# Former and future holders.
PAST = (
    r"(?:former|formerly|ex|then|late|one-time|onetime|erstwhile|previous|ousted|deposed|toppled|"
    r"outgoing|retired|future|incoming|next|designate|fallen|disgraced|jailed|overthrown|exiled)"
)
# Words that make another office of it.
OTHER = re.compile(
    r"\b(?:deputy|vice|assistant|under|shadow|opposition|rival|self-proclaimed|self-styled|"
    r"would-be|honorary|junior|parliamentary|provincial|state|regional|local|club|company|"
    r"university|party|council|student|union|rebel|religious|spiritual|separatist|business|"
    r"labou?r|church|guild|bank|assembly|senate|house|board|de facto|non|anti|pro|right|left|"
    r"tribal|military|militia|community|gang|cult|protest|breakaway|occupation|puppet|nominal|"
    r"presidential|alternate|permanent|team|squad|federation|association|league|chamber)$",
    re.IGNORECASE,
)
AFTER_OTHER = re.compile(
    r"^(?:['’]s?\b|[ -](?:candidate|hopeful|nominee|pretender|contender|aspirant|aide|adviser|"
    r"advisor|spokes\w+|envoy|office|palace|residence|pro tem\w*|emeritus|designate-elect)\b)",
    re.IGNORECASE,
)
ELECT = re.compile(r"^-(?:elect|designate)\b| (?:elect|designate)\b", re.IGNORECASE)
PAST_BEFORE = re.compile(rf"\b{PAST}[ -](?:the )?$", re.IGNORECASE)
PAST_WITHIN = re.compile(rf"\b{PAST}\b", re.IGNORECASE)
# Up to three words between a country and an office, of those that make no other office of it.
BETWEEN = (
    r"(?:acting|interim|caretaker|provisional|transitional|new|newly|newly-\w+|elected|appointed|"
    r"re-elected|current|incumbent|sitting|serving|present|long-serving|longtime|long-time|veteran|"
    r"embattled|beleaguered|popular|unpopular|disputed|controversial|powerful|influential|female|"
    r"woman|young|youngest|first|second|third|last|de facto|hardline|hard-line|reformist|centrist|"
    r"conservative|liberal|populist|nationalist|socialist|communist|islamist|centre-left|"
    r"centre-right|center-left|center-right|left-wing|right-wing|far-right|pro-\w+|anti-\w+|"
    r"authoritarian|autocratic|strongman|civilian|billionaire|ceremonial|executive|charismatic|"
    r"indigenous|ailing|ageing|aging|elderly|outspoken|flamboyant|firebrand|reclusive|hawkish|"
    r"moderate|pragmatic|respected|fiery|maverick|mercurial|combative|defiant|besieged|wartime|"
    r"long-ruling|longest-serving|leftist|rightist|leftwing|rightwing|nationalistic|ruling|"
    r"ultraconservative|ultranationalist|marxist|progressive|technocratic|democratically|"
    r"popularly|recently|freshly|then-new|two-term|three-term|military-backed|western-backed|"
    r"\w+-backed|\w+-born|feared|beloved|divisive|scandal-hit|scandal-plagued|enigmatic|"
    rf"{PAST}|\d+(?:st|nd|rd|th))"
)
WITHIN = re.compile(rf"(?:['’]s?)?(?: {BETWEEN}){{0,3}} ", re.IGNORECASE)
ACTING = re.compile(r"\b(?:acting|interim|caretaker|provisional|transitional)\b", re.IGNORECASE)
DETERMINER = re.compile(
    r"(?:^|(?<=[\s(“\"‘–—-]))(?:the|a|an|his|her|its|their|our)(?: [a-z-]+){0,2} $", re.IGNORECASE
)
OF = re.compile(r" (?:of|for) (?:the )?")
STATE = re.compile(r" (?:Republic|Federation|Kingdom|Authority|Union|Confederation)")
TO_NAME = re.compile(
    r"^(?:,? (?:(?:Mr|Mrs|Ms|Dr|Prof|Professor|Gen|General|Sir|Dame|Lord|Sheikh|Shaikh|Prince|"
    r"Princess|Col|Colonel|Marshal|Field Marshal|Lt|Maj|Comrade|Ayatollah|Army General)\.? )*)$"
)
TO_OFFICE = re.compile(
    r"^(?:, (?:who (?:is|was|has been|became) |(?:now|then|currently|still|at the time) )?"
    r"|,? \(| \(| (?:is|was|became|remains|remained|has been|had been|will be|served as|serves as|"
    r"serving as|served|was (?:elected|appointed|named|sworn in|chosen|re-elected)(?: as)?|"
    r"is (?:now|still|currently)|took office as|in (?:his|her) (?:capacity|role) as)"
    r" |, (?:in (?:his|her) (?:capacity|role) )?as )"
    rf"(?:the |a |an |twice |once |long |briefly |again |then |{PAST} )*$"
)
CLOSES = re.compile(
    r"^(?:[,;:.)\]–—!?]|\s?[–—]| - |$| (?:from|since|until|between|at|who|in|for)\b)"
)
LIST_GOES_ON = re.compile(r"^,? (?:and|or|as well as|&)\b")
# What may stand before an office that is a title and not, say, that of a company.
SMALL = re.compile(
    r"(?:^|[\s(“\"‘])(?:the|and|or|by|with|to|from|of|for|told|said|says|met|between|as|when|while|"
    r"after|before|that|because|if|under|against|on|at|in|but|where|than|including|like|saw|"
    r"visited|called|invited|asked|urged|thanked|praised|accused|welcomed|hosted|replaced|"
    r"succeeded|congratulated|received|criticised|criticized|joined|supported|backed|quoted)\s$",
    re.IGNORECASE,
)
# A body named after a country: "Bank of", "Communist Party of the".
NAMED_OF = re.compile(r"\b[A-Z][\w'’-]+ of (?:the )?$")
