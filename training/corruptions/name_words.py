"""Names and what they mean, bodies and how a literal translator calls them, foreign exonyms."""

from __future__ import annotations


def _list(words: str) -> list[str]:
    return words.split()


_MEANINGS = """
Xiaomi=millet|Bush=shrub|Bush=thicket|Brown=chestnut|Rice=rice|Rice=paddy|Powell=son of Howell
Biden=to wait|Trump=trump card|Trump=ace|Gates=wickets|Jobs=works|Cook=chef|Woods=forests
Stone=rock|Wood=timber|Fox=vixen|Wolf=she-wolf|Young=youthful|Long=lengthy|Short=brief
White=snow white|Black=dark|Green=verdant|Gray=greyish|Grey=greyish|King=monarch|Prince=heir
Pope=pontiff|Bishop=prelate|Church=temple|Hill=knoll|Hills=knolls|Lake=pond|Rivers=streams
Ford=crossing|Bridge=footbridge|Street=lane|Field=meadow|Fields=meadows|Banks=shores
Baker=bread maker|Butler=servant|Carter=driver|Cooper=barrel maker|Fisher=fisherman
Gardner=gardener|Hunter=huntsman|Mason=bricklayer|Miller=flour grinder|Potter=pot maker
Shepherd=herdsman|Smith=blacksmith|Taylor=dressmaker|Taylor=cutter|Turner=lathe operator
Walker=pedestrian|Weaver=spinner|Wright=craftsman|Archer=bowman|Barber=hairdresser|Farmer=peasant
Singer=vocalist|Marshall=field marshal|Parker=park keeper|Page=leaf|Bell=chime|Ball=sphere
Cash=ready money|Price=cost|Penny=farthing|Goldman=gold man|Silverman=silver man|Diamond=jewel
Winter=winter season|Summers=summer months|Spring=springtime|Snow=snowfall|Frost=hoarfrost
Rain=rainfall|Storm=tempest|Moon=lunar|Day=daytime|Noon=midday|May=could|March=walk|August=venerable
Will=testament|Bill=invoice|Mark=sign|Pat=clap|Rob=plunder|Jack=connector|Frank=sincere
Grant=subsidy|Pierce=to pierce|Chase=pursuit|Chuck=to throw|Dick=fatty|Rusty=oxidised
Grace=mercy|Faith=belief|Hope=expectation|Joy=happiness|Rose=rosebush|Lily=water lily
Daisy=camomile|Violet=purple|Ivy=creeper|Heather=heath|Hazel=hazelnut|Olive=oliva|Ruby=red gem
Pearl=mother-of-pearl|Crystal=glass|Amber=resin|Victor=winner|Victoria=victory|Leo=lion
Drew=painted|Dean=dean of the faculty|Earl=count|Duke=herzog|Major=elder|Sergeant=sergeant
Love=beloved|Sharp=acute|Swift=quick|Sterling=pound sterling|Wise=sage|Moody=capricious
Savage=barbarian|Strong=powerful|Hardy=resistant|Noble=aristocrat|Best=the finest|Small=tiny
Little=few|Large=big|Rich=wealthy|Poor=beggar|Bond=obligation|Stock=warehouse|Steel=iron
Irons=flatirons|Glass=tumbler|Cotton=wadding|Leather=skin|Coffey=coffee|Bacon=ham|Lamb=mutton
Pike=spear|Salmon=trout|Herring=sprat|Bird=birdie|Crane=lifting crane|Swan=goose|Sparrow=passerine
Hawk=kite|Finch=siskin|Drake=male duck|Bull=ox|Buck=deer|Hart=stag|Hare=rabbit|Badger=brock
Bear=bruin|Beaver=castor|Mills=windmills|Waters=liquids|Wells=springs|Pool=basin|Marsh=swamp
Moore=moor|Heath=heather|Forest=grove|Grove=thicket|Park=garden|Stanley=stony meadow
Cliff=precipice|Coast=shore|Shore=bank|Beach=sand|Island=isle|Castle=fortress|Tower=turret
Hall=corridor|House=home|Chambers=rooms|Gate=wicket|Wall=partition|Post=mail|Barr=bar|Barrow=cart
Case=affair|Book=volume|Bookman=bookseller|Paige=leaflet|English=Anglic|French=Gallic|Holland=netherland
Cruz=cross|Castro=castle|Iglesias=churches|Flores=flowers|Reyes=kings|Rojas=red ones
Santos=saints|Guerra=war|Guerrero=warrior|Vega=plain|Ríos=rivers|Rios=rivers|Leon=lion|Luna=moon
Sol=sun|Mar=sea|Molina=mill|Montes=mountains|Torres=towers|Campos=fields|Prado=meadow
Blanco=white|Moreno=brown|Rubio=blond|Delgado=thin|Cortes=polite|Franco=sincere|Toro=bull
Cordero=lamb|Calderon=boiler|Herrera=blacksmith shop|Sastre=tailor|Zapatero=shoemaker|Paz=peace
Merkel=spot|Schmidt=smith|Müller=miller|Muller=miller|Schneider=cutter|Fischer=fisherman
Weber=weaver|Wagner=cart maker|Becker=baker|Bauer=farmer|Koch=cook|Schwarz=black|Weiss=white
Klein=little|Gross=big|Lang=long|Kurz=short|Stein=stone|Berg=mountain|Vogel=bird|Fuchs=fox
Wolff=wolf|Hahn=rooster|König=king|Kaiser=emperor|Engel=angel|Schäuble=little shovel
Lavrov=laurel|Medvedev=bears|Putin=way|Shoigu=shoy|Lebedev=swan|Volkov=wolf|Orlov=eagle
Sokolov=falcon|Popov=priest|Kuznetsov=smith|Zaitsev=hare|Lisin=fox|Morozov=frost|Peskov=sands
Gorbachev=hunchback|Medved=bear|Belov=white|Chernov=black|Tsvetkov=flower|Solovyov=nightingale
Ma=horse|Li=plum|Wang=king|Zhang=sheet|Huang=yellow|Bai=white|Jin=gold|Shi=stone|Hu=lake
Lin=forest|Yang=poplar|Liu=willow|Ye=leaf|Jiang=ginger|Xi=practice|Wen=warm|Zhou=week|Long=dragon
Alibaba=forty thieves|Baidu=hundred times|Tencent=rising news|Huawei=Chinese achievement
Apple=apple fruit|Amazon=river woman|Windows=window panes|Oracle=soothsayer|Shell=seashell
Target=goal|Gap=crevice|Visa=entry permit|Sprint=short run|Delta=river mouth|Chase=hunt
Buffalo=bison|Phoenix=firebird|Little Rock=small rock|Salt Lake City=salty lake city
Cape Town=city on the cape|Los Angeles=angels|Las Vegas=meadows|Buenos Aires=good air
Boise=wooded|Orange=orange fruit|Reading=lecture|Bath=bathtub|Cork=plug|Nice=pleasant
Split=crack|Mobile=cell phone|Turkey=turkey bird|China=porcelain|Chile=chili pepper|Jordan=down-flow
Hungary=hungry|Wales=whales|Greece=grease|Iceland=ice land|Netherlands=low lands|Cologne=perfume
Hamburg=hamburger|Frankfurt=sausage|Brest=chest|Limerick=rhyme|Derry=oak grove|Sofia=wisdom
Montenegro=black mountain|Red Cross=crosses of red|White House=pale home|Wall Street=street of walls
Downing Street=street of falling|Fleet Street=road of the fleet|Rolling Stones=stones that roll
Green Party=group of greens|Labour Party=party of works|Tea Party=party of tea
"""
MEANINGS: dict[str, tuple[str, ...]] = {}
for _pair in _MEANINGS.replace("\n", "|").split("|"):
    if _pair:
        _name, _meaning = _pair.split("=")
        MEANINGS[_name] = (*MEANINGS.get(_name, ()), _meaning)

_BODIES = """
Department=department board=section=ministry-house|Ministry=service=serving house
Secretary=clerk=writer|Security=safety=certainty|Council=advice=counsel|State=condition=states
Treasury=treasure=treasure house|Defense=protection=the defending|Defence=protection=guarding
Justice=righteousness=fairness|Homeland=native land|Agriculture=rural economy=farm keeping
Commerce=trading=merchandise|Labor=toil=work|Labour=toil=work|Health=sanity=healthiness
Human=man's=people|Services=servings=attendance|Education=upbringing=teaching
Energy=vigour|Interior=inner affairs=inside|Food=meals=eating|Drug=narcotics=medicament
Administration=management=direction|Agency=agent house=representation|Office=bureau cabinet=cabinet
Bureau=writing desk=desk|Committee=commission circle=komitet|Commission=order=mandate
Court=yard=courtyard|Supreme=highest=upper|Appeals=calls=invocations|House=home=dwelling
Representatives=delegates of people=representing ones|Senate=old council|Congress=meeting=convention
Party=feast=group|Union=alliance=joining|United=joined=unified|Nations=peoples=races
Assembly=mounting=gathering|General=common=overall|Bank=shore=bench|World=worldly=peace
Reserve=spare=stock|Federal=of federation|National=of the nation=popular
International=between nations
Trade=craft=merchandise|Fund=foundation=bottom|Monetary=coin=of money|Force=strength=power
Forces=powers=strengths|Air=aerial=tune|Army=host=troops|Navy=sea fleet=marine
Guard=watch=protection
Coast=shore|Police=militia=policy|Service=serving|Intelligence=intellect=cleverness=wit
Central=in the centre|Investigation=research=inquiry|Environmental=surrounding=ambient
Protection=defending=patronage|Board=plank=council table|Trust=confidence=belief
Company=society=fellowship|Group=heap=band|Club=stick=cudgel|League=alliance|Cup=bowl=goblet
Star=asterisk|Post=mail=column|Times=epochs=hours|Journal=magazine of day=diary|Street=road
Wall=rampart|News=novelties|Press=squeeze=printing|Associated=joined=allied|Airlines=air routes
Airways=ways of the air|University=highest school|College=boarding school|School=training
Hospital=sick house|Center=middle=navel|Centre=middle|Museum=house of relics|Library=bookcase
Church=temple|Cathedral=dome|Park=garden|Bridge=gangway|Island=isle of|River=stream|Lake=pond
Mountain=hill|North=northern side|South=noon side|East=sunrise side|West=occident=sunset side
New=novel=fresh|Great=large=big|Act=deed=file|Program=broadcast|Relief=embossment=easing
Emergency=emergence=urgent|Management=steering|Veterans=old soldiers|Affairs=businesses=matters
Foreign=alien=outlandish|Relations=kinships=reports|Armed=weaponed|Budget=purse
Finance=money matters=purse
Peace=quiet=calm|Freedom=liberty|Front=forehead|Movement=motion|Liberation=release
Democratic=of democracy|Republican=of the republic|Conservative=preserving|Green=verdant
Social=companionable|Christian=of Christ|Workers=labourers|People's=of folk|Popular=folk
Republic=commonwealth|Kingdom=realm|States=conditions|Security=safety|Guard=watchman
Championship=mastery|Games=plays|Award=reward|Prize=price|Academy=high school|Open=opened
Gold=golden metal|Silver=silvered|Red=reddish|White=pale|Black=dark|Blue=light blue
"""
BODY_WORDS: dict[str, tuple[str, ...]] = {}
for _pair in _BODIES.replace("\n", "|").split("|"):
    if _pair:
        _name, *_ways = _pair.split("=")
        BODY_WORDS[_name] = tuple(_ways)

_EXONYMS = """
London=Londra=Londres=Londyn=Lontoo|Moscow=Moskau=Moscou=Moskva=Moscú|Paris=Parigi=Paryż=Pariisi
Berlin=Berlino=Berliini|Vienna=Wien=Bécs=Viena|Warsaw=Varsovia=Warschau=Varsava
Rome=Roma=Rim=Rzym|Athens=Athen=Atenas=Ateena|Munich=Münih=Monaco of Bavaria=Mnichov
Geneva=Genf=Ginevra=Ženeva|Brussels=Bruxelas=Brüssel=Bryssel|Lisbon=Lisboa=Lissabon
Prague=Prag=Praga|Beijing=Pekín=Pechino=Pekinas|Tokyo=Tokijas=Tóquio|Cairo=Kairo=Kahire
Copenhagen=Kööpenhamina=Copenaghen|Stockholm=Tukholma=Estocolmo|Helsinki=Helsingfors=Helsinkis
Washington=Vašington=Vaşington=Vashington|New York=Nova York=Nueva York=Niujorkas=Nev-York
Chicago=Čikago=Şikago=Chikago|Texas=Teksas=Tejas|California=Kalifornien=Kaliforniaj=Kalifornija
Florida=Floryda=Floryda|Pennsylvania=Pensilvania=Pensylvanien|Jerusalem=Yerusalem=Kudüs=Gerusalemme
Damascus=Damaskus=Şam=Dimashk|Baghdad=Bagdad=Bağdat|Tehran=Téhéran=Teerã|Kabul=Cabul=Kaboul
Istanbul=Estambul=Stambul|Seoul=Séoul=Soul=Seul|Havana=Habana=Avana|Singapore=Singapur=Cingapura
Shanghai=Xangai=Schanghai=Šanchajus|Scotland=Schottland=Escocia=Skotlanti|Wales=Galles=Gales=Uels
England=Angleterre=Inglaterra=Anglia|Europe=Europa=Evropa=Eurooppa|Asia=Aasia=Azija
Africa=Afrika=Afryka|Australia=Avstralija=Avustralya|Milan=Mailand=Milano|Venice=Venedig=Venecia
Naples=Neapel=Nápoles|Florence=Florenz=Florencia|Cologne=Köln=Colonia|Crimea=Krim=Krym=Crimia
Siberia=Sibirien=Sibirija|Chechnya=Tschetschenien=Čečėnija|Kashmir=Caxemira=Keşmir
West Bank=Cisjordania=Cisjordanie=bank of the west|Gaza=Ghaza=Gazze|Tibet=Tybet=Tíbet
Hiroshima=Hirosima=Chirosima|Queensland=Kvinslend=Queenslandia|Ontario=Ontarijas|Quebec=Kvebek
Louisiana=Luizjana=Luisiana|Mississippi=Misisipi=Misisipa|Hawaii=Havaji=Hawai|Alaska=Aljaška=Alasca
Ivory Coast=coast of the elephant bone|Cape Verde=green cape|Red Sea=sea of red|Black Sea=Karadeniz
"""
EXONYMS: dict[str, tuple[str, ...]] = {}
for _pair in _EXONYMS.replace("\n", "|").split("|"):
    if _pair:
        _name, *_ways = _pair.split("=")
        EXONYMS[_name] = tuple(_ways)

COMMON_NOUNS = tuple(
    _list("""motorist pepper sparrow candle shovel bucket meadow otter kindness butter ladder pillow
    cabbage carpet beetle hammer lantern mushroom needle onion parcel saddle spoon thunder turnip
    walnut whistle basket blanket button feather kettle mirror napkin oyster pebble ribbon sausage
    spider teapot umbrella velvet willow anchor barley bottle chimney clover cradle dagger donkey
    garlic goose honey icicle jacket kidney lemon marble nettle orchard plum pumpkin quilt rooster
    shoulder sugar tailor trumpet violin wheel zinc worry mercy forest stone flower knight
    neighbour apron miller soup hedgehog porridge chain purity dawn harvest brother moth""")
)
"""Plain nouns that a literal translator finds inside a name."""

INSERTED = tuple(_list("because have part not of the to by at one can and until seven good"))
"""Small words that a word-by-word translator reads out of a syllable of a name."""
