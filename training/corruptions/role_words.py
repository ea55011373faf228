"""Verbs and nouns by which one sees that doer and done-to changed places."""

from __future__ import annotations

from dataclasses import dataclass

from data.lexicons import reporting_verbs
from training.corruptions.english import past, third


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


AGENT_VERBS = _set(
    """abandon abolish accept acquire adjourn adopt allocate amend analyse analyze announce annul
    appoint approve arrange arrest assassinate assemble assess assign attend auction audit break
    authorize award bake ban block blow boil bomb book borrow boycott brew broadcast build burn
    bury buy calculate cancel capture carry catch cause celebrate censor change charge chase check
    choose clean climb close coach collect commission commit compile compose conceal conduct
    confiscate conquer construct consume contest control cook copy count create cultivate cut
    damage deceive declare decorate defend defuse delay deliver demolish deny deploy design destroy
    detain detonate develop dig dismantle dismiss disrupt distribute donate draft draw drink drive
    drop earn eat edit eject elect enact endorse enforce erect establish evacuate evict examine
    execute expel explore export extend extinguish extradite fabricate fasten feed file fill film
    finance find fine finish fire fix fold forge found freeze fund grill grow hack halt hang
    harvest hide hijack hire hit hold host hunt illustrate impeach implement import impose
    imprison inaugurate indict injure inject inspect install interrogate intercept introduce
    invade invent investigate invite iron issue jail join kick kidnap kill kiss launch lay lead
    lease leave lift light load lock loot lose lower make manage manufacture mail measure mend
    milk mine mix mourn move murder nationalize negotiate nominate observe occupy offer open
    operate order organize oust overthrow own pack paint park patent pay peel perform photograph
    pick pilot plan plant play plow poison polish postpone pour praise prepare prescribe present
    print produce prosecute protect publish pull purchase push question raid raise ransack ratify
    read rebuild receive record recover recruit reject release remove renovate rent repair
    repeal replace report rescue restore resume retrieve reveal review revise rob roll rule sabotage
    sack sail sanction save scan schedule scrap search secure seize sell send sentence serve
    sew shoot shut sign sing sink sketch smash smell smoke smuggle solve spill sponsor stab steal
    stop store storm study subpoena sue summon supply support surround survey suspend sweep swallow
    sweep switch take target taste teach tear test throw tow trade train translate transport treat
    try type unlock unveil upgrade use vaccinate veto view visit wash watch water wear welcome
    win withdraw wound write bring arrest deport free punish convict acquit pardon criticize
    criticise condemn accuse warn urge attack beat defeat shell besiege evacuate hospitalize
    prevent threaten hamper devastate flood topple injure trap strand sicken infect cripple
    claim ditch autograph initial memorize steer navigate deliver enjoy love hate like want need
    order stitch trim frame bottle carve chop slice stir fry grade correct recite compose conduct
    weld saw drill hammer sweep mow rake prune hook tune pluck strum decode upload download""",
)
"""Verbs whose doer acts on purpose (or as a force), so that a thing cannot take its place."""

_PARTICIPLES = {
    "take": "taken", "give": "given", "write": "written", "drive": "driven", "eat": "eaten",
    "steal": "stolen", "break": "broken", "choose": "chosen", "speak": "spoken", "see": "seen",
    "do": "done", "grow": "grown", "know": "known", "throw": "thrown", "draw": "drawn",
    "drink": "drunk", "sing": "sung", "sink": "sunk", "wear": "worn", "tear": "torn", "sew": "sewn",
    "hide": "hidden", "fly": "flown", "forget": "forgotten", "freeze": "frozen", "saw": "sawn",
    "overthrow": "overthrown", "withdraw": "withdrawn", "shake": "shaken", "blow": "blown",
    "mow": "mown", "undertake": "undertaken", "beat": "beaten", "bite": "bitten", "show": "shown",
}  # fmt: skip
_MORE_PAST = {
    "drink": "drank", "sink": "sank", "freeze": "froze", "hide": "hid", "light": "lit",
    "dig": "dug", "feed": "fed", "blow": "blew", "overthrow": "overthrew", "withdraw": "withdrew",
    "rebuild": "rebuilt", "beat": "beat", "bite": "bit",
}  # fmt: skip


@dataclass(frozen=True)
class VerbForm:
    """What a form can be: of which verb, and whether it is past, third person or participle."""

    base: str
    tense: str


def past_form(verb: str) -> str:
    """`stole` for `steal`, `fixed` for `fix`."""
    return _MORE_PAST.get(verb) or past(verb)


def third_form(verb: str) -> str:
    """`steals` for `steal`."""
    return third(verb)


def participle(verb: str) -> str:
    """`stolen` for `steal`, `fixed` for `fix`."""
    return _PARTICIPLES.get(verb) or past_form(verb)


FINITE: dict[str, VerbForm] = {}
PARTICIPLES: dict[str, str] = {}
for _verb in sorted(AGENT_VERBS):
    FINITE[third_form(_verb)] = VerbForm(_verb, "third")
    FINITE[past_form(_verb)] = VerbForm(_verb, "past")
    PARTICIPLES[participle(_verb)] = _verb
    PARTICIPLES[past_form(_verb)] = _verb
# `uses`, `plans`, `reports`, `orders` stand far more often as nouns.
NOUN_LIKE = _set(
    """claims plans reports uses orders trades studies visits plants prints holds needs wants
    likes loves ranks offers supports searches tests treats tries surveys views changes
    checks fires
    fines fixes drinks drives drops cuts counts controls burns books blocks bans attacks
    deals files films finds founds funds hosts hunts issues jails kicks leaves lights loads locks
    mines moves parks passes picks pilots plays pulls raids records releases reviews rolls rules
    sanctions scans sentences sails shoots signs stores storms targets throws tows trains
    transports types washes watches waters wins words reads makes makes presents produces""",
)

TELLING: dict[str, str] = {}
"""Forms of verbs that take the hearer or the quoted as object (`told`, `quotes`)."""
SAYING: dict[str, str] = {}
"""Forms of verbs that take a clause (`said`, `claims`)."""
_MUTUAL = _set("meet contact consult call phone greet address back support interview challenge add")
for _entry in reporting_verbs():
    if _entry.object == "person" and _entry.base not in _MUTUAL:
        TELLING[_entry.past] = _entry.base
        TELLING[_entry.third] = _entry.base
    elif _entry.object == "clause" and _entry.base not in ("agree", "demand", "request"):
        SAYING[_entry.past] = _entry.base
        SAYING[_entry.third] = _entry.base
        SAYING[_entry.base] = _entry.base

SYMMETRIC = _set(
    """and or nor but meet meets met met meeting talk talks talked discuss discussed discusses
    marry marries married divorce divorced divorces with between versus vs join joined joins
    resemble resembles negotiate negotiated negotiates agree agrees agreed play plays played
    cooperate border borders bordering face faced faces fight fights fought fighting trade
    both alongside together dated dates friends relations sign signs signed share shares shared""",
)
"""Words between two names that make an exchange change nothing."""

PERSON_NOUNS = _set(
    """man woman boy girl child children men women people person persons student teacher pupil
    doctor nurse patient judge lawyer jury witness suspect defendant prisoner thief president
    minister senator governor mayor king queen prince princess soldier soldiers troops general
    captain pilot chef cook waiter guest host boss clerk official officials spokesman spokeswoman
    citizen citizens resident residents victim victims survivor survivors protester protesters
    demonstrator demonstrators activist activists militant militants rebel rebels gunman gunmen
    policeman policemen police cop cops firefighter firefighters worker workers farmer farmers
    fisherman fishermen hunter hunters tourist tourists passenger passengers athlete athletes coach
    referee fan fans actor actress singer musician author poet painter artist sculptor critic
    scientist scientists expert experts engineer engineers mechanic plumber carpenter electrician
    builder builders architect tailor baker butcher grocer gardener mother father parent parents
    son daughter brother sister grandmother grandfather grandson granddaughter uncle aunt cousin
    wife husband widow orphan baby infant toddler teenager adult friend neighbor neighbour guard
    guards detective sheriff spy diplomat diplomats ambassador envoy candidate candidates voter
    voters lawmaker lawmakers legislator legislators leader leaders chief chairman director manager
    owner founder investor investors banker broker trader merchant customer customers shopper
    client clients journalist journalists reporter reporters editor photographer blogger priest
    bishop pope monk nun imam rabbi refugee refugees migrant migrants immigrant immigrants pirate
    pirates terrorist terrorists bomber attacker attackers assailant hijacker kidnapper hostage
    hostages crew team squad band family families couple crowd villager villagers
    librarian secretary assistant receptionist janitor caretaker cleaner driver drivers cyclist
    pedestrian swimmer runner boxer goalkeeper striker captain champion rival opponent opponents
    dog dogs cat horse cow bird wolf bear lion""",
)
BODY_NOUNS = _set(
    """government parliament congress senate court tribunal ministry committee commission council
    agency company companies corporation firm bank union party army navy military forces
    administration authority authorities opposition board university school hospital newspaper
    city state country nation republic coalition alliance regime junta cabinet assembly
    department office organization organisation association club league regulator watchdog""",
)
_PERSON_ENDINGS = ("er", "or", "ist", "man", "men", "ian", "ess", "ers", "ors", "ists", "ians")
_NOT_PERSONS = _set(
    """number water paper power letter order matter river summer winter center centre tower border
    factor sector motor computer computers weather paper papers letters orders powers numbers
    matters rivers borders factors sectors motors member corner counter cover danger dinner door
    floor drawer error harbor harbour honor horror mirror monitor motor offer chapter character
    chamber cancer charter cluster container customer-service disaster easter factor fever finger
    filter flower hammer helicopter hunger layer ladder laser laughter liver lumber manner manor
    master-plan meter minor monster motor newspaper other over oyster paper partner-ship pepper
    platter poster power prayer printer procedure proper quarter reactor refrigerator register
    river roller rubber semester sensor server shelter shoulder shower silver sister-city slaughter
    soccer spider sugar-beater sweater temper terror theater theatre thunder timber tractor
    transformer trailer trigger under vapor weather whisker wonder yesterday earlier later freighter
    cruiser carrier carriers bomber bombers fighter-jet tanker tankers trawler trawlers liner
    process success access business illness fitness witness-stand progress address stress press
    chess mess less unless happiness congress wilderness darkness weakness awareness readiness
    elevator calculator generator tractors indicator alligator sweater folder binder buffer burger
    butter cashier-desk cellar chopper cleaner-fish cooler copper cylinder diameter drawer eraser
    feather flier freezer gather ginger glacier gutter heater hangar hanger jumper keyboarder
    lawnmower leather lever lighter litter locker mortar motor otter parameter platter plaster
    router ruler rudder scanner scooter screwdriver shutter skyscraper slipper speaker-phone spacer
    staircase sticker stroller supper swimmer-suit teller-machine thermometer toaster tumor twister
    typewriter vinegar wafer wallpaper wrapper zipper doctor-note parlor vector visor""",
)


FORCES = _set(
    """fire storm earthquake flood floods bomb explosion blast weather typhoon hurricane cyclone
    tornado tsunami avalanche landslide drought strike bullet virus epidemic pandemic disease
    outbreak crash collision derailment attack airstrike missile rocket snow rain heat wave
    eruption blizzard wildfire quake mudslide law ruling decision vote shooting accident"""
)
"""Things that act by themselves: storms, bombs, rulings."""


def is_body(head: str) -> bool:
    """Whether a head noun names a body: `ministry`, `agencies`."""
    word = head.lower()
    return word in BODY_NOUNS or word.rstrip("s") in BODY_NOUNS or f"{word[:-3]}y" in BODY_NOUNS


def is_agent(head: str) -> bool:
    """Whether a head noun names a person, an animal or a body that acts."""
    word = head.lower()
    if word in PERSON_NOUNS or is_body(word):
        return True
    return (
        len(word) > 4
        and word.endswith(_PERSON_ENDINGS)
        and word not in _NOT_PERSONS
        and word.rstrip("s") not in _NOT_PERSONS
    )
