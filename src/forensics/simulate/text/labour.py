"""Items that machines send in bulk: answers to judge, traces, agents' steps, records, products."""

TABLES: dict[str, tuple[str, ...]] = {
    "claim": ("the total comes to {12-990}", "the first option is right", "the loop never ends", "the treaty was signed in {1500-1990}", "the slope is {2-60} degrees", "you should restart the {~device}", "the proof needs a second case", "most of it is lost as heat", "the user wants a refund of {10-900} dollars", "the cheapest route goes by sea", "the answer does not depend on {letter}", "there are {2-48} ways", "the sample is too small", "the clause is void", "{person} is the oldest", "the value falls by {2-80} percent", "the cache must be cleared", "both readings are possible"),
    "reason": ("since {2-90} times {2-90} is counted twice", "because the list is sorted", "as the second line says", "if we ignore rounding", "which follows from the definition", "after dividing by {2-40}", "because nothing else fits", "as {person} pointed out", "when {letter} is positive", "given the table above", "although the question is unclear", "by symmetry", "from the third assumption", "by the same argument as before"),
    "quality": ("Hope this helps.", "Let me know if anything is unclear.", "I may be wrong about the last step.", "That is the final answer.", "More detail on request.", "See above for the units.", "This is a rough estimate.", ""),
    "thought": ("First, {claim} {reason}.", "Wait, that cannot be: {claim}.", "Let me check: {claim} {reason}.", "Alternatively, {claim}.", "So {claim}, {reason}.", "Hmm, {reason}, hence {claim}.", "Try {2-99} instead.", "Going back, {claim}.", "That contradicts what I had: {claim}.", "OK so {claim} after all."),
    "question_short": ("how many {goods} {person} has after {2-30} days", "why {component} {bug}", "whether {claim}", "what follows when {subject_a} {effect}", "how {thing} works", "the value of {formula}", "which {by_what} drives {metric}", "what to tell {recipient} about {matter}"),
    "file": ("src/{area}/{word_file}.py", "lib/{word_file}_{area}.ts", "pkg/{area}/{word_file}.go", "app/{area}/{word_file}.rb", "{area}/src/{word_file}.rs", "tests/{area}/test_{word_file}.py"),
    "area": ("billing", "auth", "search", "ingest", "render", "queue", "mailer", "export", "maps", "sync", "audit", "forms"),
    "word_file": ("handler", "client", "parser", "store", "worker", "schema", "router", "cache", "session", "adapter", "loader", "planner"),
    "command": ("pytest -k {word_file} -x", "grep -rn '{word_file}' src/{area}", "sed -n '{1-90},{91-200}p' {file}", "cargo test {area}::{word_file}", "git log --oneline -{2-30} -- {file}", "npm run build -- --filter {area}", "curl -s localhost:{3000-9000}/{area}/{10-99}", "ls -la {area}/", "make {area}-{word_file}", "python -m {area}.{word_file} --limit {10-900}"),
    "outcome_line": ("{2-90} passed, {1-9} failed in {2-60}.{1-9}s", "error: expected {2-9} arguments, found {10-20}", "No such file or directory", "exit status {1-127}", "{word_file}.py:{10-900}: AssertionError", "200 OK ({10-990} bytes)", "warning: unused variable `{word_file}_{2-60}`", "Done in {2-90}s.", "Segmentation fault (core dumped)", "listening on port {3000-9000}"),
    "goal": ("make the failing test pass", "find where {word_file} is created twice", "upgrade {area} to version {2-19}.{1-30}", "add a flag --{area}-{word_file}", "reduce start-up time below {100-900} ms", "port {file} to async", "remove the dead code in {area}", "write a migration for {table_name}", "reproduce issue #{10-9990}", "document the {area} module", "add paging to {area}"),
    "site": ("a hotel booking page", "the parcel tracker", "a pharmacy shop", "the library catalogue", "a ticket office", "an admin form", "the bank's sandbox", "a map service", "the course calendar", "a grocery shop"),
    "click": ("open filter {2-9}", "type \"{rare_word} {10-99}\" into the second field", "choose the cheapest of {3-40} results", "scroll to row {5-90}", "download the PDF", "log out and in again as user{10-999}", "sort by {metric}", "accept the terms", "change the date to {2-28} August", "add {2-12} {goods} to the basket"),
    "env_theme": ("a warehouse with {3-40} robots", "a text adventure in {place}", "a spreadsheet with broken formulas", "a shell without {word_file}", "a booking desk", "a repository of {4-60} files in {code_language}", "a card game for {2-6} players", "a laboratory with {2-20} instruments", "a calendar with conflicts", "a help desk queue of {10-300} tickets"),
    "product_name": ("{rare_word_cap} {device} {2-90}", "{rare_word_cap} desk lamp", "oak shelf {30-240} cm", "trail shoe {36-47}", "{rare_word_cap} tea, {50-900} g", "kids' raincoat {92-164}", "cordless drill {10-24} V", "linen shirt", "camping stove {1-9}", "{rare_word_cap} rucksack {12-70} l", "face cream {30-250} ml", "espresso cups, set of {2-12}"),
    "feature": ("water resistant to {2-90} m", "made in {~place}", "weighs {90-4900} g", "with {2-10} years' warranty", "dishwasher safe", "runs {3-80} hours", "recycled material, {20-100} percent", "fits all common sizes", "available in {2-16} colours", "tested to {100-9000} cycles", "folds flat", "quiet: {20-70} dB"),
    "record_line": ("Name: {person} {surname}; born {1-28}.{1-12}.{1940-2007}; policy {10000-99999}", "Invoice {1000-99999} of {1-28} {month}: {2-40} × {goods}, {20-9900}.{10-99} EUR", "Call at {0-23}:{10-59} from {place}, {2-50} minutes, topic: {matter}", "Shipment {100-999}-{1000-9999}: {2-90} {container} of {goods} to {place}", "Lease of flat {1-90}, {20-190} m², {300-3900} a month, from {month}", "Visit {1-28} {month}: {symptom}; advised by {person}"),
    "surname": ("Abara", "Bergman", "Castillo", "Dvorak", "Eze", "Fontaine", "Grigoryan", "Haddad", "Ishida", "Jansson", "Kowalski", "Lambert", "Mehta", "Novak", "Oduya", "Park", "Quispe", "Romano", "Sato", "Thapa"),
    "month": ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
}  # fmt: skip

FAMILIES: dict[str, tuple[str, ...]] = {
    "answer_pair": (
        "Question: {question_short_cap}\n\nResponse A: {claim_cap} {reason}. {thought} {quality}\n\nResponse B: {claim_cap}. {thought} {claim_cap} {reason}. {quality}",
        "[Prompt]\n{question_short_cap}\n[Answer 1]\n{claim_cap} {reason}, so {claim}.\n[Answer 2]\n{thought} {claim_cap}.",
        "User asked {question_short}.\nFirst model: {claim_cap} {reason}. {claim_cap}.\nSecond model: {claim_cap}; {thought}",
    ),
    "answer": (
        "Task: {question_short_cap}\nReference: {claim_cap} {reason}.\nSubmission: {thought} {claim_cap}. {quality}",
        "Question {1-9900}: {question_short_cap}\nStudent answer: {claim_cap} {reason}. {claim_cap} {reason}.",
        "Prompt: {question_short_cap}\nCompletion: {claim_cap}, {reason}. {thought} {quality}",
    ),
    "trace": (
        "Problem: {question_short_cap}\nReasoning:\n{thought} {thought} {thought} {thought} {thought}\nAnswer: {claim}",
        "<trace id=\"{10000-999999}\">\n{thought}\n{thought}\n{thought}\n{thought}\n</trace>\nfinal: {claim}",
        "Q: {question_short}\nThoughts: {thought} {thought} {thought}\nA: {claim} {reason}",
    ),
    "agent_step": (
        "Goal: {~goal}\nStep {2-60}. Last command:\n$ {command}\n{outcome_line}\n{outcome_line}\nWhat is the next action?",
        "OBSERVATION\n{outcome_line}\n{file}:{10-900}\n{snippet}\n\nRemaining goal: {~goal}",
        "$ {command}\n{outcome_line}\n$ {command}\n{outcome_line}\n(open file: {file})",
    ),
    "repository_issue": (
        "Issue #{10-9990} in {~component}: {bug}\nSteps: {command}; {command}\nExpected: {~goal}\nFile: {file}\n```\n{snippet}\n```",
        "We want to {goal} ({~area}). {component_cap} {bug}. Relevant: {file}, {file}. Output:\n{outcome_line}",
    ),
    "terminal": (
        "You are in /{~area}/{word_file}. Task: {goal}. History:\n$ {command}\n{outcome_line}\n$ {command}\n{outcome_line}",
        "Host {word_file}-{2-90}: {goal}. Available: {command}; {command}. Last exit: {outcome_line}",
    ),
    "web_task": (
        "Page: {~site}. Task: {click}, then {click}. Step {2-30} of {31-60}; the last click did nothing visible.",
        "On {~site}: {click}; {click}; {click}. Current element: button[{2-90}] \"{rare_word}\".",
    ),
    "environment": (
        "Theme: {env_theme}. Difficulty {1-10}. Tools: {command}; {command}. Goal: {goal}. Trap: {bug}.",
        "Setting: {env_theme}, later {env_theme}. The agent has to {goal} within {10-200} steps. Hidden check: {outcome_line}",
    ),
    "product": (
        "Product: {product_name}\nFeatures: {feature}; {feature}; {feature}\nPrice: {5-900}.{10-99}\nShop: {~rare_word_cap} {place}",
        "{product_name} - {feature}, {feature}. Article {10000-999999}. Target group: {audience}",
    ),
    "record": (
        "{record_line}\n{record_line}\nNote: {said}",
        "{record_line}. {said} {record_line}",
        "Received on {1-28} {month}:\n{record_line}\n{symptom_cap}. {demand}",
    ),
}  # fmt: skip
