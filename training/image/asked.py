"""The fixed lists of what evaluate.py asks the picture model for, with the labels of things that count as right."""

from __future__ import annotations

CATS, DOGS = ["cat", "cat face", "black cat"], ["dog", "dog face", "poodle", "guide dog", "service dog"]
CARS, BUSES, TRAINS = ["automobile", "oncoming automobile", "sport utility vehicle", "taxi", "oncoming taxi"], ["bus", "oncoming bus", "trolleybus", "minibus"], ["train", "locomotive", "railway car", "metro", "light rail", "high-speed train", "bullet train", "tram", "station"]
HOUSES, TREES, CLOUDS = ["house", "house with garden", "houses"], ["deciduous tree", "evergreen tree"], ["cloud", "sun behind cloud", "cloud with rain", "cloud with snow", "cloud with lightning"]
MOUSE, RABBIT, HORSE, COW, PIG, TIGER, BEAR = ["mouse face", "mouse", "hamster"], ["rabbit face", "rabbit"], ["horse face", "horse"], ["cow face", "cow", "ox"], ["pig face", "pig"], ["tiger face", "tiger"], ["bear", "polar bear"]
CHICKEN, BIRD, WHALE, FLOWERS = ["chicken", "rooster"], ["bird", "black bird", "dove"], ["whale", "spouting whale"], ["rose", "hibiscus", "blossom", "cherry blossom", "tulip", "sunflower", "white flower", "bouquet", "lotus", "rosette"]

THINGS = {
    "a red heart": ["red heart", "heart suit"], "a blue heart": ["blue heart", "light blue heart"], "a green circle": ["green circle"], "pizza": ["pizza"], "a sunflower": ["sunflower"],
    "a cat": CATS, "a dog": DOGS, "a fox": ["fox"], "a red apple": ["red apple"], "a banana": ["banana"],
    "a strawberry": ["strawberry"], "a hamburger": ["hamburger"], "a doughnut": ["doughnut"], "a cup of coffee": ["hot beverage"], "a birthday cake": ["birthday cake"],
    "a rose": ["rose"], "a cactus": ["cactus"], "a palm tree": ["palm tree"], "a house": HOUSES, "a castle": ["castle"], "a rocket": ["rocket"],
    "a car": CARS, "a bus": BUSES, "a bicycle": ["bicycle"], "a sailboat": ["sailboat"], "the sun": ["sun", "sun with face"], "the moon": ["full moon", "crescent moon", "full moon face"],
    "a rainbow": ["rainbow"], "a snowman": ["snowman", "snowman without snow"], "fire": ["fire"], "a ghost": ["ghost"], "a robot": ["robot"], "a panda": ["panda"], "a penguin": ["penguin"],
    "a frog": ["frog"], "an octopus": ["octopus"], "a butterfly": ["butterfly"], "a guitar": ["guitar"], "a soccer ball": ["soccer ball"], "a crown": ["crown"],
    "a lion": ["lion"], "a tiger": TIGER, "a giraffe": ["giraffe"], "an elephant": ["elephant", "mammoth"], "a rabbit": RABBIT, "a bear": BEAR, "a koala": ["koala"], "a pig": PIG, "a horse": HORSE, "a cow": COW,
    "a chicken": CHICKEN, "a duck": ["duck"], "an owl": ["owl"], "a parrot": ["parrot"], "a turtle": ["turtle"], "a snake": ["snake"], "a dolphin": ["dolphin"], "a whale": WHALE, "a fish": ["fish", "tropical fish"], "a crab": ["crab"],
    "a snail": ["snail"], "a bee": ["honeybee"], "a tulip": ["tulip"], "a mushroom": ["mushroom", "brown mushroom"], "grapes": ["grapes"], "a lemon": ["lemon"], "a pineapple": ["pineapple"], "cherries": ["cherries"], "a carrot": ["carrot"], "broccoli": ["broccoli"],
    "bread": ["bread"], "cheese": ["cheese wedge"], "ice cream": ["ice cream", "soft ice cream"], "a cookie": ["cookie"], "a volcano": ["volcano"], "a tent": ["tent", "camping"], "a train": TRAINS, "a tractor": ["tractor"], "an aeroplane": ["airplane", "small airplane"], "a ship": ["ship", "passenger ship", "ferry"],
    "an anchor": ["anchor"], "a clock": ["alarm clock", "mantelpiece clock", "three o’clock"], "a star": ["star", "glowing star"], "a cloud": CLOUDS, "an umbrella": ["umbrella", "umbrella with rain drops", "closed umbrella"], "a snowflake": ["snowflake"], "a balloon": ["balloon"], "a present": ["wrapped gift"],
    "a basketball": ["basketball"], "a teddy bear": ["teddy bear"], "a dress": ["dress"], "a bell": ["bell"], "a drum": ["drum", "long drum"], "a violin": ["violin"], "a camera": ["camera", "camera with flash"], "a light bulb": ["light bulb"],
    "a book": ["blue book", "green book", "orange book", "closed book", "open book", "books"], "a key": ["key", "old key"], "a diamond": ["gem stone"], "a tree": TREES,
}

SYNONYMS = {  # none of these words stands in a caption; evaluate.py checks it
    "pup": DOGS, "hound": DOGS, "hare": RABBIT, "pony": HORSE, "stallion": HORSE, "hen": CHICKEN, "viper": ["snake"], "moth": ["butterfly"], "ladybug": ["lady beetle"],
    "bloom": FLOWERS, "fir": TREES, "oak": TREES, "spud": ["potato"], "cheeseburger": ["hamburger"], "biscuit": ["cookie"], "gelato": ["ice cream", "soft ice cream", "shaved ice"], "noodles": ["steaming bowl", "spaghetti"],
    "cottage": [*HOUSES, "hut"], "fortress": ["castle"], "palace": ["castle", "classical building"], "skyscraper": ["office building", "cityscape"], "peak": ["mountain", "snow-capped mountain"],
    "sedan": CARS, "motorcar": CARS, "motorbike": ["motorcycle", "motor scooter"], "chopper": ["helicopter"], "spaceship": ["rocket", "flying saucer"], "spacecraft": ["rocket", "flying saucer", "satellite"],
    "sunlight": ["sun", "sun with face", "sun behind cloud"], "storm": ["cloud with lightning and rain", "cloud with lightning", "tornado", "cyclone", "cloud with rain"], "blaze": ["fire"], "bonfire": ["fire"],
    "fiddle": ["violin"], "telly": ["television"], "smartphone": ["mobile phone"], "tiara": ["crown"], "gown": ["dress", "kimono"], "spectacles": ["glasses"], "parasol": ["umbrella", "umbrella on ground", "beach with umbrella"], "sofa": ["couch and lamp"],
}

# What following is asked about: names as in captions, of things whose drawings are plain enough to judge
FOLLOWERS = {
    "cat": CATS, "dog": DOGS, "fox": ["fox"], "elephant": ["elephant"], "fish": ["fish"], "butterfly": ["butterfly"], "strawberry": ["strawberry"], "pizza": ["pizza"], "doughnut": ["doughnut"], "house": HOUSES,
    "castle": ["castle"], "rocket": ["rocket"], "bus": BUSES, "sailboat": ["sailboat"], "guitar": ["guitar"], "crown": ["crown"], "key": ["key"], "bell": ["bell"], "umbrella": ["umbrella"], "balloon": ["balloon"], "tent": ["tent"], "camera": ["camera"], "owl": ["owl"], "frog": ["frog"],
}
