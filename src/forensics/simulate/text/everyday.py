"""What people ask in English: everyday families with their tables of words."""

TABLES: dict[str, tuple[str, ...]] = {
    "please": ("", "", "", "Please ", "please ", "Hi, ", "Hello! ", "Hey, ", "Quick question: ", "Sorry to bother, ", "ok so ", "Could you ", "I need help. ", "Good morning, "),
    "thanks": ("", "", "", "", " Thanks!", " Thank you.", " thx", " Thanks in advance.", " Much appreciated.", " Cheers", " Any help is welcome."),
    "hobby": ("keeping bees", "restoring an old bicycle", "growing tomatoes on a balcony", "learning the cello", "baking sourdough", "running a half marathon", "building a shed", "training a puppy", "collecting stamps", "night photography", "wild swimming", "knitting socks", "brewing ginger beer", "chess openings", "pottery at home", "bird watching", "sailing a dinghy", "repairing watches", "model railways", "urban sketching", "bouldering indoors", "making cheese", "amateur radio", "calligraphy", "fermenting vegetables", "fly fishing", "archery", "orchids", "home weaving", "ham curing", "cold-process soap", "slot car racing", "tabletop games", "foraging mushrooms", "yoga for a bad back"),
    "situation": ("my sister moves in next month", "we only have a small kitchen", "I work nights", "the landlord is strict", "my budget is tight", "I have two small children", "it rains here most of the year", "I am recovering from surgery", "my knees are bad", "we are moving in spring", "I have never done it before", "a friend gave me all his gear", "I only get an hour a day", "my partner hates the noise", "the club closed last year", "I live on the fourth floor", "there is no shop nearby", "I want to surprise my dad", "I am left-handed", "I keep losing interest after a week", "the last attempt went badly", "I have to travel a lot", "winter is coming", "my teacher says I rush", "it has to be quiet", "we share one car"),
    "wish": ("what should I start with", "what would you do first", "how do I keep it up", "what does it cost in a year", "which mistakes do beginners make", "how much time should I plan", "what do I really need to buy", "is it worth it at all", "how do I explain it to the others", "what could go wrong", "how do I know that I am improving", "can it be done in a weekend", "are there cheaper ways", "who could I ask nearby", "what is a realistic goal for {3-18} weeks", "how do people usually organise this"),
    "recipient": ("my landlord", "our head of sales", "a supplier in another town", "my old professor", "the parents of class {2-9}b", "a customer whose parcel got lost", "the whole team", "my neighbour upstairs", "the city council", "an applicant we turn down", "our accountant", "a journalist", "my mother-in-law", "the insurance company", "a client who has not paid", "the school board", "a recruiter", "our volunteers", "the night shift", "a former colleague", "the building manager", "the choir", "a hotel", "my running club"),
    "matter": ("the broken heating", "a late invoice of {110-9800} euros", "moving the meeting to {2-29} May", "the new parking rules", "an offer that expires in {3-30} days", "a mistake in the contract", "our summer party", "a wrong delivery of {2-60} boxes", "feedback on the draft", "a refund", "next year's price list", "the noise after {9-12} pm", "a change of address", "my resignation", "a lost key", "a training day", "the water damage in room {1-40}", "a photo permission", "the delayed launch", "an extension until {2-28} June", "a recommendation letter", "the broken lift", "a charity run of {5-42} km", "a double booking"),
    "tone": ("friendly", "firm but polite", "formal", "warm", "short and dry", "apologetic", "cheerful", "matter-of-fact", "diplomatic", "a bit funny", "confident", "sober", "encouraging", "very concise", "plain", "respectful"),
    "length": ("in {3-9} sentences", "under {60-240} words", "as a short e-mail", "in two paragraphs", "with a subject line", "without bullet points", "as a text message", "on half a page", "as {3-8} bullet points", "with a clear deadline", "so that a child understands it", "ready to send"),
    "thing": ("tides", "inflation", "vaccines", "black holes", "compound interest", "photosynthesis", "plate tectonics", "the French Revolution", "sourdough starters", "inverters in solar systems", "the immune system", "how elevators keep balance", "copyright", "the Silk Road", "antibiotic resistance", "double-entry bookkeeping", "glaciers", "supply and demand", "bond yields", "why leaves change colour", "the Doppler effect", "binary search", "public keys", "the water cycle", "how noise cancelling works", "the electoral college", "mortgage amortisation", "sleep cycles", "heat pumps", "monsoons", "the periodic table", "index funds", "lithium batteries", "caching", "the Hanseatic League", "tree rings", "allergies", "radar", "ocean currents", "the placebo effect", "zoning law", "gravity assists", "lichens", "tariffs", "encryption at rest", "the Ming dynasty", "gene editing", "coral bleaching"),
    "audience": ("a ten-year-old", "my grandmother", "a new colleague", "someone who hates maths", "a school class", "a busy manager", "a sceptical friend", "first-year students", "an engineer from another field", "visitors of a museum", "myself in five years", "a podcast", "a local newspaper"),
    "angle": ("with one everyday example", "and name the most common misunderstanding", "in the order things happen", "with numbers where they help", "and say what is still disputed", "compared with {thing_two}", "and end with a question", "starting from what I can see at home", "without any jargon", "with a short story", "and add what changed in the last {5-40} years", "as a dialogue"),
    "thing_two": ("weather", "plumbing", "a library", "traffic", "cooking", "a football team", "a postal service", "music", "a garden", "a bank", "a busy airport", "a beehive"),
    "place": ("Lisbon", "Kyoto", "Oaxaca", "the Dolomites", "Hanoi", "Edinburgh", "Marrakesh", "Tallinn", "Vancouver Island", "Cusco", "the Azores", "Ljubljana", "Jaipur", "Tasmania", "Valparaiso", "Bergen", "Cape Town", "Tbilisi", "Seville", "Hokkaido", "Zanzibar", "Krakow", "Québec City", "Naples", "Chiang Mai", "Porto", "Utrecht", "Nairobi", "Yogyakarta", "Dubrovnik"),
    "company_of": ("my parents", "two teenagers", "a toddler", "a friend in a wheelchair", "my choir", "nobody but a good book", "eight colleagues", "my dog", "a vegetarian", "someone afraid of flying", "my new partner", "an old school friend", "three generations", "a group of {5-24}"),
    "season": ("in March", "in late October", "over Easter", "in high summer", "between the holidays", "in the rainy season", "for a long weekend", "for {4-16} days", "in two weeks' time", "next spring"),
    "genre": ("a short story", "a poem", "a song text", "a scene for the stage", "a fairy tale", "a crime story opening", "a limerick", "a radio play scene", "a diary entry", "a letter from the future", "a fable", "a monologue", "a ghost story", "an opening paragraph", "a haiku sequence"),
    "hero": ("a lighthouse keeper", "a retired magician", "a girl who repairs robots", "two rival bakers", "a ferry captain", "an honest thief", "a cartographer", "a cat that owns a shop", "the last lift attendant", "a beekeeper on the moon", "a tired dragon", "a violin maker", "a night nurse", "a boy who hears colours", "an archivist", "a snow plough driver", "a translator of birds", "a clockmaker's widow"),
    "plot": ("finds a letter that was never sent", "must decide before sunrise", "loses the one thing that mattered", "is mistaken for somebody else", "keeps a promise too long", "wins and regrets it", "meets a stranger with the same name", "discovers a second door", "has one hour left", "learns to lie", "forgives an old enemy", "starts again from nothing", "gets stuck with a rival", "hears a voice on the radio"),
    "symptom": ("my charger gets hot", "the app logs me out every {2-50} minutes", "I was charged twice", "my order {1000-99999} never arrived", "the screen stays black", "the coupon does not work", "I cannot reset my password", "the invoice shows the wrong company", "my card was declined {2-6} times", "the parcel came damaged", "the subscription renewed although I cancelled", "the size does not fit", "I get error {100-999}", "the reader no longer syncs", "the seat I booked is gone", "the warranty form rejects my number", "delivery was promised for {2-28} March", "my points disappeared", "the heating valve leaks", "voice messages do not play"),
    "demand": ("What can I do?", "I want my money back.", "How long will it take?", "Please escalate this.", "Can you check it?", "I need it before Friday.", "This is the {2-7}th time I write.", "Is there a number I can call?", "Where do I send it?", "Do I have to pay for the return?", "Please confirm in writing.", "Can someone explain why?", "I would like a replacement.", "Do you still have my old address?"),
    "device": ("phone", "tablet", "laptop", "router", "printer", "watch", "speaker", "television", "e-reader", "camera", "thermostat", "doorbell"),
    "tongue": ("Spanish", "German", "French", "Japanese", "Italian", "Polish", "Portuguese", "Korean", "Dutch", "Turkish", "Arabic", "Hindi", "Swedish", "Chinese", "Ukrainian", "Indonesian", "Vietnamese", "Greek"),
    "sentence": ("The delivery is late because the bridge is closed until {2-28} May.", "We would be glad to welcome you again next year.", "Please keep the receipt for {2-10} years.", "The machine must be cleaned after every {20-400} cycles.", "Our office moved to the second floor.", "The meeting starts at {8-18} sharp and lasts an hour.", "She said the soup had been better the day before.", "All visitors must sign in at gate {2-30}.", "I have attached the signed contract of last week.", "The concert was cancelled at short notice.", "He never quite got used to the silence of the house.", "Batteries are not included in the price of {9-120} euros.", "If it rains, we shall meet in the hall instead.", "The figures for quarter {1-4} will follow on Monday.", "Do not open the valve while the pump is running.", "This seat is reserved for our oldest member."),
    "text_part": ("the notes of yesterday's meeting", "this article about the harbour extension", "chapter {2-24} of my thesis", "the minutes of the residents' association", "a long thread about the broken build", "these interview notes", "the annual report of a small charity", "a chat log of {40-400} lines", "the terms of our new insurance", "this lecture transcript", "the product reviews below", "my travel diary"),
    "said": ("The board agreed to wait until {2-28} April.", "Two members asked for a second quote.", "Costs rose by {2-48} percent since last year.", "Nobody could say who had ordered the parts.", "The tenants want the gate repaired first.", "A decision was put off again.", "Mrs. Okoye offered to call the supplier.", "The new timetable starts in week {2-50}.", "Visitors liked the garden but not the queue.", "The pilot ran for {10-90} days without a fault.", "Three of {4-30} samples failed.", "The grant covers only half of it.", "Parking remains a problem.", "The youth group wants the room on Thursdays.", "Sales in the north were flat.", "Everyone praised the new lighting."),
    "focus": ("who has to do what", "the open questions", "only the numbers", "what changed since last time", "the risks", "three key points", "a headline and a lead", "what I have to answer", "deadlines", "arguments for and against"),
    "rule_one": ("Use exactly {3-12} sentences.", "Do not use the letter {letter}.", "Begin every line with a verb.", "Answer in {20-120} words.", "End with a question.", "Write everything in lower case.", "Include the word {rare_word} twice.", "Use no commas.", "Number the lines from {2-9}.", "Put the last word in capitals.", "Give two answers divided by ***.", "Wrap the whole answer in quotation marks."),
    "letter": ("e", "t", "s", "n", "o", "r", "i", "l", "h", "k", "m", "p"),
    "rare_word": ("lantern", "gravel", "orchard", "velvet", "compass", "thunder", "ledger", "willow", "anchor", "marble", "saffron", "kettle", "drizzle", "quarry"),
    "picture": ("photo", "screenshot", "scan", "chart", "diagram", "receipt", "hand-written note", "map", "X-ray of a part", "floor plan"),
    "see": ("what is shown", "the total at the bottom", "which year has the highest bar", "whether the seal is broken", "the text in the third line", "how many people there are", "what is wrong with the wiring", "the distance between A and {b_d}", "if the label matches the order {100-9999}", "the trend after {1990-2024}"),
    "b_d": ("B", "C", "D", "the station", "the exit", "the river"),
}  # fmt: skip

FAMILIES: dict[str, tuple[str, ...]] = {
    "chat": (
        "{please}I want to get into {~hobby} but {situation}. {wish_cap}?{thanks}",
        "{please}{situation_cap}, and I have been thinking about {~hobby}. {wish_cap}, and {wish}?",
        "{please}{wish_cap} with {~hobby} when {situation}? Also {situation}.{thanks}",
        "my friend says {~hobby} is easy. {situation_cap}. {wish_cap}?",
        "Tell me honestly: {~hobby}, {wish}? Bear in mind that {situation} and {situation}.",
    ),
    "writing": (
        "{please}Write a {tone} message to {recipient} about {~matter}, {length}. Mention that {situation}.{thanks}",
        "{please}I have to write to {recipient} because of {~matter}. Make it {tone}, {length}.",
        "Draft something {tone} for {recipient}: {~matter}. {situation_cap}. {length_cap}, please.",
        "Can you help me answer {recipient}? It is about {~matter}, and {situation}. Keep it {tone}.",
    ),
    "knowledge": (
        "{please}Explain {~thing} to {audience}, {angle}.{thanks}",
        "How does {~thing} work? Explain it for {audience}, {angle}.",
        "{please}What is the link between {~thing} and {thing}? {angle_cap}.",
        "I have to give a talk of {5-45} minutes about {~thing} for {audience}. What belongs in it, {angle}?",
        "why is {~thing} important? answer for {audience} {angle}",
    ),
    "planning": (
        "{please}Plan a trip to {~place} {season} with {company_of}. {situation_cap}.{thanks}",
        "We are going to {~place} {season}, {4-20} days, with {company_of}. What should we not miss, and what can we skip?",
        "{please}Compare {~place} and {place} for a holiday {season} with {company_of}, budget {400-9000} dollars.",
        "Make a packing list for {~place} {season}; I travel with {company_of} and {situation}.",
    ),
    "creative": (
        "Write {genre} about {~hero} who {plot}. The tone should be {tone}. {rule_one}",
        "{please}{genre_cap}: {~hero} {plot}, somewhere near {place}. {length_cap}.",
        "I need {genre} in which {~hero} and {hero} meet; one of them {plot}.",
    ),
    "support": (
        "{please}{symptom}, since {2-28} days, on my {~device}. {demand}",
        "My {~device} is driving me mad: {symptom} and {symptom}. {demand} {demand}",
        "{please}about my {~device} (bought for {20-1400} dollars): {symptom}. {demand}{thanks}",
        "{symptom}. Customer number {10000-99999}. {demand}",
    ),
    "translation": (
        "{please}Translate into {~tongue}, {tone}: \"{sentence} {sentence}\"",
        "How do you say this in {~tongue} to {recipient}? {sentence} {said} {thanks}",
        "Translate from English to {~tongue} and keep the meaning exactly: {sentence} {sentence} {sentence}",
        "Is \"{sentence}\" better translated word for word into {~tongue}, or freely? It is for {recipient}, about {matter}.",
    ),
    "summarise": (
        "{please}Summarise {text_part}, I need {focus}.\n\n{said} {said} {said} {said}",
        "{text_part_cap}: {said} {said} {said} {said} {said}\n\nGive me {focus}, {length}.",
        "What are {focus} here?\n{said} {said} {said}",
    ),
    "rewriting": (
        "{please}Make this sound {tone}: {said} {situation_cap}. {said}",
        "Rewrite for {recipient}, {length}: \"{said} {sentence} {said}\"",
        "{please}Shorten without losing {focus}: {said} {said} {sentence} {said}",
    ),
    "reading": (
        "Read the text and answer.\n\n{said} {said} {sentence} {said}\n\nQuestion: {reading_question}",
        "{said} {said} {said} {said}\n\n{reading_question} Quote the sentence that tells you.",
    ),
    "instructions": (
        "Write about {~thing} for {audience}, {angle}. {rule_one} {rule_one}",
        "Describe {~place} for {audience}. {rule_one} {rule_one} {rule_one}",
        "Give me advice on {~hobby}: {wish}? {situation_cap}. {rule_one} {rule_one}",
    ),
    "vision": (
        "{please}Look at this {picture} of our {~device} and tell me {see}, {angle}. {situation_cap}.{thanks}",
        "In the attached {picture}: {see}, and {see}? {situation_cap}. Answer {length}.",
        "Here is a {picture} from our {~device}. Tell me {see}, and also {see}; it is for {recipient}.",
    ),
    "follow_up": (
        "{again}", "{again} {because}", "{again_cap}", "Thanks. {again_cap} {because}", "hm, {again}", "{again} and {again}",
    ),
}  # fmt: skip

TABLES["reading_question"] = ("Who asked for the second quote?", "By how much did costs rise?", "What was put off?", "What do the tenants want first?", "When does the change start?", "Which group was satisfied, and with what?", "What remains a problem?", "How long did it run?", "What does the money cover?", "Which statement is supported by the text?")  # fmt: skip
TABLES["again"] = ("shorter please", "can you give an example", "and what about {thing}", "why", "make it more {tone}", "what if {situation}", "I do not understand the second part", "and in {~place}", "now as a table", "that is not what I meant", "how sure are you", "give me {2-9} more", "continue", "is there a cheaper way", "rewrite it for {audience}", "what would {recipient} say", "can you check that again", "does that also hold for {thing}", "what is the next step", "explain step {2-6}")  # fmt: skip
TABLES["because"] = ("because {situation}.", "since it is for {recipient}.", "I forgot to say that {situation}.", "I only have {5-50} minutes.", "", "", "the last answer was too long.", "before {8-19} o'clock if possible.", "my boss wants it {tone}.", "I read the opposite about {thing}.")  # fmt: skip
