"""Names that the rules for inventing names could hit by chance and that real people or places bear; none of them is used.

Given names and the more frequent family names that fit the rules (after the public-domain name lists of the US census), single
well-known bearers, and towns found in gazetteers. Never part of any text: only held against what was drawn.
"""

TOWNS = frozenset("""
balaton baliton baraton baton bedale deford laport beraton beton bewick biburg bideford biton boton buford buriton buton dareton dekamere deport diburg doveton
dunaburg figeholm fukadale galeton gaton giford goteburg karaton kedaton kenedale keton kineton kiport kiton kiveton koburg koton laholm lakeport
laketon laton liford lineburg liton loburg loton lovedale lowick luneburg luton mabiton manidale maraton meliton meriport moholm moreton moton naburg
nadaburg naniton naton newick niton noteburg noton nuniton pagedale paton periton peton piketon pinedale piton poton powick puriton radeburg rariton
raton romiton roneburg roseburg rosedale rosemere roseport roton rudeport saford saton seford sepedale seton siford siseton sopoton sumiton suton
taradale teton tidaholm titon tuleburg tureholm vanaton veradale viburg viton zaton zeburg
""".split())

NAMES = frozenset("""
babar babara baber babin bader baker bales bali bamako bane baran barela bari baron barone basil basile bateman bates bebe bebeto belen bemis benin
benita benito berube beto bezos bibi biden boba bobo bode bogan bogota bolen boles bolin bolivar bone bonita bono boren boris bove bozeman buda bula
dakar dakota dale dalene dali dalila damaris dame damon dana dane dani danika danilo danita danuta dara daren darin daron dave davida davila davina
davis davison debera debi debora dede delana delena delila delisa delora deloras delores deloris deluna dena denese denis denise denison denita derek
derosa desire dever devin devine devito devon devona devora devore dido dina dino divina dolan dolores doloris dona donato donita donovan dora doran
dorene dori dorine doris dove dover dube dubose dugan dugas duke dukes dumas duran duval faber fagan faris fatima federer felipa felipe felisa fidel
fidela fife figaro fike fine fite foreman fugate fumiko gabel gabon gaga gage gala gale galen galina gates gavin gema gena genaro gene genesis geneva
geri gigi giles gina gino giron gisela gisele gita gogol gomes gore kabila kala kali kamala kami kane kanu kara karan karen karena kari karima karin
karina karine karisa karol karole karon kasi kate katelin kati katina kazuko keli kena kera kerala keren keri keva keven kevin kigali kimi kimiko
kimura kina kira kiser kite kizer kodak kori kozak kumar lake lakita lakota lala lamar lana lane lani lanita lanora lara larisa larita larose latimer
latina lavada laval lavera laveta lavina lavon lavona lavone lazaro leda leger lego legolas lela lemon lemus lena lenin lenita lenora lenore lera lesa
leta levi levin levine lida ligon lila liles lili lima limon lina linares lino lira lisa lisabon lise lita liza logan lola lolita loma lome lomeli
lona loni loper lopes lora lore loren lorena lorene loreta lori lorina lorine loris lorita lovato love lozada lozano luba lugo luke luker lula lulu
luna lupe lupita lura mabe mabel madera madigan madison madona magali magan magana magen makeda maki malabo malave malavi male malena mali malik
malika malisa malone mana manila mapes maputo mara maren mares mari maribel mariko marilu marin marina marine marino maris marisa marisol marita
marivel masako mason mata matos mavis maze mazur meda medina medusa megan melani melida melina melisa melita melo melodi mena meri merin mesa mesi
meta meza mika mike mikel miki mila milan milano miles milo mimi mina miner minor mira mireles miso mize modi molina mona monako monika mora morales
moran more morel moreno morin moroni mose moser moses mota moten mugabe muse nabuko nada nadal nadene nadine nagel nakita nala nana nasa nasar nason
natale nato nava neda nelida nemo nena nene nenita nepal nero neruda neta neva nevada nida nigel nike niki nikita nikole nila niles nina nita nobel
nobuko nola nolan nolen noma nona nora norene noriko norine nova novak nunes pabon pagan pagano page pamala pamela pamila pamula panama pape paradis
paredes paris parisi pate patel patil patino pato pedigo pele pena pepin perales peron peru pete peter petipa pike pilar pilate pina pineda pino piper
pipin pokemon pope pulido pura putin rabin radames rader ragan rama ramage ramiro ramon ramona ramos rana raper ravel raven ravena raza razo reba reda
regan regena regina regine rema remona remus rena renata renate renato rene reni renita reno reta reva rider rife rima rina risa rita riva rivas
rivera rivero robena robin robison roden rodin roger roma roman romana romano rome romero romine romo romona rona roni roper rosa rosado rosales
rosana rosas rose rosen rosena rosina rosita ruben rubi rubin rufina rufus rule sabin sabina sabine sabo sade sage sager sake salami salas salazar
salena sales salina salinas salome samara samira sana sanora sara saran sari sarina sarita saruman satan sato savage segal seger segura selena selene
selina sena serena serina serita sides sikes silas siler sima simon simona simone sina sipe sipes sirena sita sites siva sokol solano solis solomon
somer sona soper soros sosa sotelo soto suber sudan sulema sulu sumiko sumo susan susana suzan suzi suzuki taber tabor takako tama tamala tamar tamara
tameka tamela tamera tami tamika tamiko tana tanaka taneka tanika tapas tara taren tari tate tavares tegan temeka temika tena tera teresa terese teri
terina terisa timika tina tirado tisa tito titus tobi tobin tofu togo toledo toler toliver tomas tomasa tomeka tomi tomika tomiko tomoko tona toni
tonita tora tori torino toro tova tovar tudor tula tunis turin tuvalu vada vader valene valeri vanesa vanita vanover varela veda vega vela vena
venegas venita venus vera verena verona veta vida vidal vigil viki vina vines vinita vita vitale vito viva vivan vogel zada zamora zana zane zapata
zarate zavala zena zepeda zeta zidane zina zita zola zona zora zuber zula zulema zuma zuniga
""".split())
