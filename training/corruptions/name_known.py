"""Words that say what a capitalised word is: given names, known surnames, places, bodies."""

from __future__ import annotations

from data.lexicons import countries, given_names, places


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


FEMALE = _set(
    """Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Nancy Lisa Betty
    Margaret Sandra Ashley Kimberly Emily Donna Michelle Carol Amanda Dorothy Melissa Deborah
    Stephanie Rebecca Sharon Laura Cynthia Kathleen Amy Angela Shirley Anna Brenda Pamela Emma
    Nicole Helen Samantha Katherine Christine Catherine Rachel Carolyn Janet Maria Heather Diane
    Ruth Julie Olivia Joyce Virginia Victoria Kelly Lauren Christina Joan Evelyn Judith Megan
    Andrea Cheryl Hannah Martha Jacqueline Frances Gloria Ann Teresa Kathryn Sara Janice Jean
    Alice Julia Grace Judy Sophia Rose Theresa Hillary Kamala Nikki Ivanka Melania Michelle
    Olga Natalia Tatiana Elena Svetlana Irina Yulia Ekaterina Oksana Ludmila Anastasia Maria
    Ingrid Astrid Greta Ursula Angela Annalena Sanna Mette Katrin Giorgia Francesca Chiara
    Sofia Isabel Carmen Lucia Pilar Cristina Dilma Michelle Rosa Ana Claudia Beatriz Marine
    Brigitte Simone Aisha Fatima Khadija Zainab Leila Yasmin Mariam Noor Sheikh-Hasina Indira
    Sonia Priya Lakshmi Sushma Benazir Malala Aung Mei Xiu Li-Na Yoko Sakura Akiko Keiko
    Jacinda Julia Theresa Nicola Harriet Priti Liz Caroline Charlotte Eleanor Nadia Nancy"""
)
MALE = _set(
    """James Robert John Michael David William Richard Joseph Thomas Charles Christopher Daniel
    Matthew Anthony Mark Donald Steven Paul Andrew Joshua Kenneth Kevin Brian George Timothy
    Ronald Edward Jason Jeffrey Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry Justin Scott
    Brandon Benjamin Samuel Gregory Alexander Frank Patrick Raymond Jack Dennis Jerry Tyler Aaron
    Jose Adam Nathan Henry Douglas Zachary Peter Kyle Noah Ethan Jeremy Walter Christian Keith
    Roger Terry Austin Sean Gerald Carl Dylan Harold Jordan Jesse Bryan Lawrence Arthur Gabriel
    Bruce Logan Billy Joe Alan Juan Elijah Willie Albert Wayne Randy Mason Vincent Liam Roy Bobby
    Caleb Bradley Russell Lucas Barack Mike Bill Tom Jim Bob Chuck Mitch Ted Rand Bernie Pete Jeff
    Dick Harry Orrin Newt Rudy Antony Tony Gordon Boris Nigel Jeremy Keir Rishi Ed Nick Philip
    Vladimir Dmitry Dmitri Sergei Sergey Igor Ivan Mikhail Nikolai Alexei Alexey Viktor Yuri Boris
    Oleg Pavel Andrei Konstantin Leonid Maxim Anatoly Volodymyr Petro Oleksandr Mykola Nursultan
    Kassym-Jomart Islam Ilham Heydar Serzh Nikol Alyaksandr Emmanuel Nicolas Francois François
    Jacques Dominique Jean-Claude Jean-Luc Jean-Marie Pierre Michel Olivier Bernard Laurent Didier
    Helmut Gerhard Olaf Wolfgang Frank-Walter Heiko Klaus Jens Karl Hans Horst Sebastian Angelo
    Silvio Matteo Giuseppe Romano Sergio Mario Luigi Paolo Giorgio Giovanni Marco Pedro Mariano
    Carlos Luis Hugo Fidel Raul Raúl Evo Rafael Jair Luiz Mauricio Nestor Alberto Felipe Enrique
    Andres Andrés Manuel Alvaro Álvaro Jorge Fernando Antonio Miguel Nicolás Gustavo Daniel
    Mohammed Muhammad Mohamed Mahmoud Ahmed Ahmad Ali Hassan Hussein Hosni Abdel Abdul Abdullah
    Omar Bashar Saddam Muammar Yasser Ismail Ibrahim Khalid Mustafa Recep Abdullah Ahmet Binali
    Benjamin Ariel Ehud Yitzhak Shimon Avigdor Naftali Yair Hamid Ashraf Pervez Nawaz Imran Asif
    Narendra Manmohan Rahul Atal Rajiv Amit Mahinda Ranil Gotabaya Joko Susilo Bambang Mahathir
    Najib Anwar Lee Goh Thaksin Prayut Rodrigo Benigno Ferdinand Hun Kim Moon Park Yoon Roh Shinzo
    Junichiro Yoshihide Fumio Taro Naoto Xi Hu Wen Jiang Wang Li Zhao Yang Zhang Liu Chen Robert
    Nelson Jacob Cyril Thabo Goodluck Muhammadu Olusegun Uhuru William Yoweri Paul Kofi Ban
    Antonio Ellen Laurent Joseph Felix Idriss Abiy Meles Isaias Salva Morgan Malcolm Scott Tony
    Kevin Justin Stephen Doug Winston Björn Göran Lars Anders Fredrik Stefan Jonas Jens Erik
    Viktor Andrzej Lech Jaroslaw Mateusz Bronislaw Vaclav Milos Andrej Robert Zoran Aleksandar
    Slobodan Radovan Ratko Hashim Edi Alexis Kyriakos Kostas Antonis Traian Klaus Victor Boyko"""
)
GIVEN = (FEMALE | MALE | frozenset(given_names())) - {"Said", "Rose", "Sharon", "Will", "Grace"}
"""Given names, by which a person is known."""

SURNAMES = _set(
    """Trump Biden Obama Bush Clinton Reagan Carter Nixon Kennedy Blinken Pompeo Tillerson Kerry
    Rice Powell Cheney Rumsfeld Pelosi McConnell Schumer Cruz Rubio Romney McCain Sanders Warren
    Harris Pence Mueller Comey Kavanaugh Bolton Mattis Kushner Mnuchin Fauci Yellen Bernanke
    Greenspan Giuliani Putin Medvedev Lavrov Shoigu Yeltsin Gorbachev Navalny Peskov Prigozhin
    Zelenskyy Zelensky Poroshenko Yanukovych Yushchenko Tymoshenko Lukashenko Nazarbayev Merkel
    Scholz Schroeder Kohl Steinmeier Macron Hollande Sarkozy Chirac Blair Brown Cameron May
    Johnson Truss Sunak Starmer Thatcher Corbyn Farage Berlusconi Renzi Draghi Meloni Rajoy
    Sanchez Zapatero Erdogan Netanyahu Sharon Olmert Abbas Arafat Assad Mubarak Morsi Gaddafi
    Khamenei Rouhani Ahmadinejad Raisi Maliki Karzai Ghani Musharraf Sharif Modi Gandhi Singh
    Abe Koizumi Kishida Suga Xi Duterte Marcos Aquino Widodo Suharto Mahathir Thaksin Shinawatra
    Howard Rudd Gillard Abbott Turnbull Morrison Albanese Ardern Chavez Maduro Castro Morales
    Bolsonaro Lula Rousseff Kirchner Macri Milei Correa Uribe Santos Petro Calderon Obrador
    Mandela Mbeki Zuma Ramaphosa Mugabe Obasanjo Jonathan Buhari Kenyatta Museveni Kagame Annan
    Guterres Ban ElBaradei Stoltenberg Barroso Juncker Musk Bezos Zuckerberg Gates Jobs Murdoch
    Snowden Assange Milosevic Karadzic Havel Walesa Orban Tusk Duda Kaczynski Trudeau Harper
    Hussein Qaddafi Schwarzenegger Thunberg Federer Nadal Djokovic Messi Ronaldo Armstrong
    Beckham Bolt Woods Feinstein Leahy Kyl Cardin Collins Durbin Grassley Hatch Reid"""
)
"""Surnames that every reader of the news knows how to spell."""

_PLACES = _set(
    """Washington London Paris Berlin Moscow Beijing Tokyo Madrid Rome Vienna Brussels Geneva
    Strasbourg Budapest Warsaw Prague Athens Lisbon Dublin Amsterdam Copenhagen Stockholm Oslo
    Helsinki Kyiv Kiev Minsk Belgrade Sarajevo Sofia Bucharest Istanbul Ankara Damascus Baghdad
    Tehran Kabul Islamabad Karachi Lahore Delhi Mumbai Kolkata Dhaka Bangkok Hanoi Manila Jakarta
    Singapore Seoul Pyongyang Shanghai Taipei Sydney Melbourne Canberra Brisbane Perth Auckland
    Cairo Tripoli Tunis Algiers Khartoum Nairobi Lagos Abuja Johannesburg Pretoria Harare Kampala
    Jerusalem Gaza Beirut Amman Riyadh Dubai Doha Chicago Boston Philadelphia Houston Dallas
    Detroit Atlanta Miami Seattle Denver Phoenix Baltimore Pittsburgh Cleveland California Texas
    Florida Pennsylvania Virginia Georgia Ohio Michigan Illinois Massachusetts Maryland Minnesota
    Wisconsin Arizona Colorado Tennessee Kentucky Louisiana Mississippi Missouri Alabama Alaska
    Hawaii Nevada Oregon Utah Iowa Kansas Nebraska Oklahoma Arkansas Connecticut Vermont Maine
    Delaware Montana Idaho Wyoming Toronto Montreal Ottawa Vancouver Quebec Ontario Havana Caracas
    Bogota Lima Santiago Queensland Victoria Tasmania Scotland Wales England Manchester Liverpool
    Birmingham Edinburgh Glasgow Belfast Oxford Cambridge Munich Frankfurt Hamburg Cologne Milan
    Venice Naples Barcelona Marseille Zurich Kashmir Punjab Chechnya Crimea Kosovo Darfur Tibet
    Xinjiang Guantanamo Hollywood Manhattan Brooklyn Hiroshima Nagasaki Fukushima Chernobyl
    Europe Asia Africa Kosovo Donbas Donetsk Kharkiv Aleppo Mosul Kandahar Fallujah Rafah Sinai
    Balkans Caucasus Siberia Bavaria Catalonia Vatican Kremlin"""
) | {
    "New York", "Los Angeles", "San Francisco", "New Delhi", "Hong Kong", "Buenos Aires",
    "Rio de Janeiro", "New Jersey", "New Mexico", "North Carolina", "South Carolina", "Las Vegas",
    "New South Wales",
    "North Dakota", "South Dakota", "West Virginia", "New Hampshire", "Rhode Island", "San Diego",
    "St. Petersburg", "Mexico City", "Cape Town", "Tel Aviv", "Abu Dhabi", "South Sudan",
    "European Union", "EU", "Middle East", "West Bank",
}  # fmt: skip
PLACES = (
    _PLACES
    | {place.name for place in places()}
    | {
        name
        for country in countries()
        for name in (country.name, *country.aliases, country.capital, *country.capital_aliases)
        if name
    }
)
"""Countries, states and cities."""

FAMOUS_PLACES = _PLACES | {
    name
    for country in countries()
    if country.prominence >= 2
    for name in (country.name, country.capital)
    if name
}
"""Places that every reader of the news can spell."""

PEOPLES = frozenset(
    form
    for country in countries()
    for form in (country.adjective, country.person, country.people, *country.demonyms)
    if form
)
"""Adjectives and nouns for the people of a country."""

ORGANISATIONS = _set(
    """NATO UN UNESCO UNICEF OPEC IMF WHO WTO FIFA UEFA NASA FBI CIA NSA EPA FDA BBC CNN NBC CBS
    ABC Reuters Google Microsoft Facebook Twitter Amazon Apple Boeing Airbus Toyota Volkswagen
    Samsung Sony Pentagon Kremlin Congress Senate Parliament Knesset Hamas Hezbollah Taliban
    Interpol Gazprom Huawei Nissan Honda Pfizer Nokia Siemens Harvard Yale Stanford Princeton
    Vanderbilt Oxfam Greenpeace Medicare Medicaid Walmart Tesla Starbucks Nasdaq Bundestag Duma"""
) | {"White House", "Red Cross", "World Bank", "Supreme Court", "Wall Street"}

ORGANISATION_HEADS = _set(
    """Ministry Party Committee University College School Bank Department Council Agency Office
    Company Corporation Corp Inc Group Association Union Federation Court Commission Institute
    Board Authority Administration Congress Senate House Parliament Assembly Army Navy Force
    Forces Police Guard Service Services Bureau Foundation Organization Organisation League Club
    Society Center Centre Hospital Airlines Airways Network Times Post Journal News Brigade
    Brigades Front Movement Alliance Coalition Team Church Museum Academy Trust Fund Industries
    Motors Systems Nations Conference Program Programme Act"""
)
PLACE_HEADS = _set(
    """City County River Lake Island Islands Sea Ocean Bay Mountain Mountains Valley Province
    District State Street Avenue Road Airport Desert Peninsula Park Bridge Square Beach Strip Gulf
    Strait Coast Harbour Harbor Canal Village Town Region Springs Hills Port"""
)

MONTHS_AND_DAYS = _set(
    """January February March April May June July August September October November December
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday Christmas Easter Ramadan"""
)

FUNCTION_WORDS = _set(
    """a an the this that these those it its he she they we i you his her their our my your who
    which what when where why how if as at by for from in into of off on onto out over to under up
    with without within about above across after against along among around before behind below
    beneath beside between beyond down during except inside like near since through throughout
    till toward towards until upon via and but or nor so yet both either neither not no yes all
    any each every few many more most much other others some such several one two three four five
    six seven eight nine ten dozens hundreds thousands millions there here then now today
    yesterday tomorrow also only even just still already again ever never always often sometimes
    usually however moreover furthermore nevertheless nonetheless therefore thus hence meanwhile
    instead indeed although though because while whereas unless once than am is are was were be
    been being do does did have has had having will would shall should can could may might must
    let please thank thanks dear well oh ah okay ok sure right first second third last next
    later earlier early late recent recently new old according authorities officials police
    people police official government nearly almost approximately least another same own very too
    despite amid following given per versus mr mrs ms dr sir lord lady good great big small long
    high low former current senior top key local national international federal state public
    private military political economic social legal human more less part end start time year
    day week month today's asked said says told let's it's that's he's she's they're we're i'm
    don't there's what's who's i've we've we'll i'll you're can't won't didn't doesn't isn't
    question answer reporter journalist q u.s. see read click photo image video source note"""
)

NOT_NAMES = _set(
    """I Mr Mrs Ms Dr Sen Rep Gov English Christian Christians Muslim Muslims Islamic Jewish
    Catholic Republican Republicans Democrat Democrats Democratic Conservative Labour Internet
    God TV AM PM Act Bill Section Article Chapter Title Part Table Figure Page No Nos St Co Ltd
    COVID AIDS HIV DNA CEO GDP FY Q"""
)
"""Capitalised words that are no names."""
