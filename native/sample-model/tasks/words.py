"""Everyday words that the families draw on."""


def words(text):
    return [word.replace("-", " ") for word in text.split()]


THINGS = words(
    "bread soup film book hotel train garden song lamp chair phone coat tea game room meal park show cake bike boat map shop table museum ticket school pen watch "
    "bag hat poem handwriting haircut painting joke drawing music desk shirt car house tent kitchen speech story letter tie scarf beard laugh voice idea plan "
    "essay kite sofa carpet sandwich dress jacket photo sketch flute piano team website cart rug vase key bell coin drum shell stone basket mirror bottle bucket "
    "candle camera clock curtain door fence fork glass hammer ladder pillow blanket plate pot radio roof rope saw shelf ship spoon stamp statue suitcase tower toy "
    "tractor trumpet umbrella violin wagon wallet window apron balcony bathroom bed belt bench brush bus cabin cap ceiling cheese chess-set coffee collar computer "
    "cup cushion diary drawer drill fountain fridge gate guitar harbour helmet jam jar keyboard kettle knife lawn lemonade library lift lunch magazine mattress "
    "motorbike mug necklace oven pancake paper pasta path pencil pie pizza pond puzzle recipe report ring salad sauce screen shed shower skirt sled staircase "
    "stove sweater swing teapot theatre timetable toast tool towel tunnel van wardrobe wheel wine accordion alarm almanac anchor apartment apple-pie armchair "
    "aquarium atlas attic axe baguette bakery ball balloon bandage banjo banner barbecue barn barrel basement bathtub bicycle binder birdhouse biscuit blackboard "
    "blender blouse bonfire bookcase boot bow-tie bracelet bread-bin brick brooch broom broth buckle bungalow burger bus-ride cactus calculator calendar canoe "
    "canvas caravan cardigan carpet-bag cart-wheel casserole ceiling-lamp cellar cello cereal chain chandelier chart chimney choir chocolate-bar cinema circus "
    "clarinet cloak coaster coat-hanger cobbler collection comb comic concert cookbook corkscrew cottage counter cradle crayon crossbow crown cucumber cupboard "
    "curry deck dessert dictionary dinner dish doll doormat doughnut dress-shirt dumpling earring easel egg-cup elevator envelope eraser exhibition fan farm "
    "farmhouse feather fiddle film-poster fireplace fishing-rod flag flashlight flask flat flowerpot folder football freezer frying-pan funnel gallery gazebo "
    "glove goblet gown grill gravy greenhouse hairbrush hairpin hallway hammock handbag handkerchief handle harp hat-stand headscarf hedge hinge hobby holiday "
    "hoodie hose hourglass ironing-board jacuzzi jersey jigsaw juice jumper kennel kilt kimono lace lace-curtain lamppost landing lantern laptop lasagne leaflet "
    "lecture lid lighter lipstick loaf lobby lock locket logo lorry lullaby map-case marmalade mask mat meadow medal melody menu microphone microscope mixer moped "
    "mosaic moustache muffin mural mustard napkin nightgown noodle-soup notebook novel oboe omelette orchard organ overcoat paddle padlock paintbrush pantry "
    "parade parcel parlour passport patio pavement peg pendant pepper-mill perfume pier pillowcase pitchfork playground plaster plough pocket podium poncho porch "
    "porridge portrait poster postcard presentation pudding pullover pump puppet purse quilt quiz racket raft raincoat ramp rattle ravioli razor rehearsal "
    "remote-control roast robe rocking-chair rucksack ruler runway saddle sandal sandcastle saucer sausage scale scone scooter screwdriver sculpture seat "
    "sewing-machine shampoo shawl shoelace shovel sideboard sink skateboard sleeve slipper snack soap sock sonnet soup-bowl spanner speaker sponge stall stapler "
    "stew stool strap straw-hat stroller studio suit summary sundial sunhat surfboard swimsuit sword syrup tablecloth tambourine tap tattoo tea-bag telescope "
    "terrace thermos thimble tiara tile timer tin tissue toaster torch tray treasure tricycle trolley trombone truck tune turban typewriter uniform vacuum-cleaner "
    "veil vest villa vineyard vinegar violin-case visor voucher waffle waistcoat walking-stick wallpaper washbasin watering-can waterfall web-page well "
    "wheelbarrow whisk whistle wig windmill wok woodpile wreath yacht yoghurt xylophone zip zoo"
)
PLURALS = words(
    "apples coins books pens pears stamps marbles eggs cards shells buttons stones nuts cups plates flowers keys bottles cookies hats boxes tickets sweets pencils carrots lemons balls "
    "chairs fish sheep hens cats trees letters photos spoons beads cakes potatoes onions candles bricks nails socks shirts leaves ropes bags stickers badges oranges plums points"
)
TOPICS = THINGS + [
    "the weather", "the moon", "football", "computers", "cooking", "history", "music", "whales", "the sea", "trains", "money", "love", "stars", "rockets", "chess", "coffee", "gardening", "books",
    "films", "cars", "rain", "snow", "volcanoes", "birds", "politics", "taxes", "maths", "physics", "ghosts", "dreams", "bicycles", "planets", "rivers", "bridges", "doctors", "robots",
    "language models", "the internet", "sleep", "tennis", "salt", "time", "gravity", "the sun", "elephants", "tigers", "dinosaurs", "chocolate", "happiness", "fear", "art", "poetry", "dance",
    "the stock market", "banks", "law", "justice", "war", "peace", "medicine", "vitamins", "running", "swimming", "mountains", "deserts", "oceans", "islands", "forests", "insects", "spiders",
    "bees", "honey", "wheat", "rice", "sugar", "electricity", "magnets", "light", "sound", "colours", "numbers", "languages", "grammar", "spelling", "newspapers", "television", "radio waves",
    "satellites", "space travel", "clouds", "storms", "earthquakes", "fire", "ice", "glaciers", "the human brain", "the heart", "blood", "teeth", "hair", "clothes", "fashion", "shopping",
    "cities", "villages", "roads", "airports", "pilots", "sailors", "knights", "castles", "kings", "pirates", "magic", "religion", "philosophy", "memory", "dogs", "cats", "horses", "fishing",
]
PEOPLE = words(
    "man woman boy girl child baby neighbour boss brother sister mother father son daughter uncle aunt cousin nephew niece grandmother grandfather husband wife friend enemy rival stranger "
    "guest visitor customer colleague teacher pupil student nurse doctor dentist guard soldier policeman officer judge lawyer mayor minister president king queen prince banker baker butcher "
    "farmer driver pilot sailor cook waiter tailor painter singer dancer actor writer poet reporter editor librarian cleaner plumber gardener builder carpenter clerk cashier manager landlord "
    "tenant roommate partner boyfriend girlfriend teenager toddler pensioner widow prisoner thief witness tourist hiker cyclist runner swimmer player referee coach trainer priest monk nun "
    "professor scientist engineer programmer secretary janitor porter postman fireman hunter fisherman miner beggar orphan twin stepfather stepmother godmother  crowd family couple team"
)
BUILDINGS = words(
    "school house bank shop church office bridge station factory museum hospital theatre library cinema hotel castle tower airport stadium market supermarket restaurant cafe bakery pharmacy "
    "kindergarten university college prison court warehouse garage barn mill farm villa flat cottage palace temple mosque synagogue chapel monument harbour dam tunnel subway bus-stop ship "
    "train tram plane ferry tent cabin greenhouse laboratory embassy parliament lighthouse mine refinery gallery gym pool playground"
)
GOODS = words(
    "gun car jewel wallet phone passport painting bicycle rifle laptop watch ring necklace coat handbag purse camera computer tablet television radio motorbike truck boat horse cow dog cat "
    "statue vase violin guitar piano carpet lamp coin stamp medal crown sword knife pistol cigarette bottle diamond pearl ruby bracelet suitcase backpack parcel letter document certificate "
    "ticket cheque banknote credit-card key map book manuscript drone scooter engine battery tyre mobile fossil ivory medicine perfume"
)
ACCOUNTS = words(
    "account email phone computer laptop server website network router camera bank-account password tablet printer database mailbox profile chat calendar cloud-folder payroll wallet app "
    "television car doorbell alarm thermostat voting-machine cash-machine blog forum tracker satellite power-station traffic-light school-record medical-record tax-file"
)
