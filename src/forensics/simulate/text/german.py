"""Texts in German."""

TABLES: dict[str, tuple[str, ...]] = {
    "bitte": ("", "", "", "Bitte ", "Hallo, ", "Kurze Frage: ", "Guten Tag, ", "hi, ", "Könntest du helfen? ", "Ich brauche Rat. "),
    "hobby": ("Imkern", "Rennradfahren", "Geige spielen", "Brotbacken", "Schach", "Töpfern", "Bergwandern", "Nähen", "Modellbau", "Fotografieren bei Nacht", "ein Hochbeet", "Aquarelle", "Rudern", "Chorsingen", "einen Oldtimer", "Bouldern", "Käse machen", "Stand-up-Paddeln"),
    "lage": ("wir haben nur einen kleinen Balkon", "ich arbeite im Schichtdienst", "mein Knie macht nicht mehr mit", "das Geld ist knapp", "die Kinder sind noch klein", "wir ziehen im Mai um", "der Vermieter ist streng", "ich habe es noch nie gemacht", "es soll leise sein", "im Winter wird es früh dunkel", "meine Schwester hilft mit", "ich habe nur {2-6} Stunden pro Woche", "der Verein hat zugemacht"),
    "wunsch": ("womit fange ich an", "was kostet das im Jahr", "welche Fehler machen Anfänger", "wie bleibe ich dran", "was brauche ich wirklich", "lohnt sich das überhaupt", "wie plane ich die ersten {3-12} Wochen", "woran merke ich Fortschritt", "geht das auch günstiger"),
    "empfaenger": ("meinen Vermieter", "die Hausverwaltung", "unseren Lieferanten", "die Klassenlehrerin", "einen Kunden", "das Finanzamt", "meine Chefin", "die Nachbarn im {2-5}. Stock", "einen Bewerber", "die Krankenkasse", "den Sportverein", "ein Hotel in Bremen"),
    "anlass": ("die kaputte Heizung", "eine offene Rechnung über {90-4800} Euro", "den verschobenen Termin am {2-28}. Mai", "eine falsche Lieferung", "die Kündigung", "das Sommerfest", "eine Fristverlängerung bis {2-28}. Juni", "den Lärm nach {20-23} Uhr", "einen Fehler im Vertrag", "den verlorenen Schlüssel", "die neue Preisliste"),
    "ton": ("freundlich", "bestimmt", "förmlich", "kurz und sachlich", "herzlich", "entschuldigend", "locker", "diplomatisch"),
    "thema": ("die Gezeiten", "den Zinseszins", "Impfungen", "Wärmepumpen", "das Wahlrecht", "Gletscher", "die Photosynthese", "Inflation", "den Dreißigjährigen Krieg", "schwarze Löcher", "Verschlüsselung", "das Immunsystem", "Aktienfonds", "den Dopplereffekt", "die Hanse", "Lithiumbatterien"),
    "leser": ("ein zehnjähriges Kind", "meine Oma", "eine neue Kollegin", "Erstsemester", "einen eiligen Chef", "eine Schulklasse", "Leute ohne Vorwissen"),
    "art": ("mit einem Beispiel aus dem Alltag", "ohne Fachwörter", "in {3-9} Sätzen", "mit Zahlen", "und nenne das häufigste Missverständnis", "Schritt für Schritt", "als Gespräch"),
    "ware": ("Äpfel", "Hefte", "Schrauben", "Karten", "Kerzen", "Fliesen", "Brötchen", "Setzlinge"),
    "name": ("Anke", "Bernd", "Ceyda", "Dirk", "Elif", "Frieda", "Georg", "Heike", "Ilja", "Jule", "Karim", "Lotte"),
    "defekt": ("das Ladegerät wird heiß", "ich wurde doppelt belastet", "die Bestellung {1000-99999} kam nie an", "der Gutschein geht nicht", "der Bildschirm bleibt schwarz", "das Abo wurde trotz Kündigung verlängert", "die App meldet Fehler {100-999}", "das Paket war beschädigt", "die Größe passt nicht"),
    "forderung": ("Was kann ich tun?", "Ich möchte mein Geld zurück.", "Wie lange dauert das?", "Bitte bestätigen Sie schriftlich.", "Wohin schicke ich es zurück?", "Ich brauche es vor Freitag.", "Das ist meine {2-5}. Nachricht."),
    "nochmal": ("kürzer bitte", "hast du ein Beispiel", "und wenn {lage}", "warum", "bitte {ton}er", "das verstehe ich nicht", "als Tabelle", "prüf das bitte noch einmal", "noch {2-6} Vorschläge", "und was ist mit {thema}", "weiter", "erklär Schritt {2-5} genauer"),
    "routine": ("doppelte Einträge entfernt", "eine CSV-Datei mit {3-40} Spalten einliest", "Intervalle zusammenfasst", "eine IBAN prüft", "Wörter zählt", "den kürzesten Weg im Gitter findet", "ein Datum in drei Formaten erkennt", "Aufgaben nach Abhängigkeit sortiert"),
}  # fmt: skip

FAMILIES: dict[str, tuple[str, ...]] = {
    "chat": (
        "{bitte}ich interessiere mich für {~hobby}, aber {lage}. {wunsch_cap}? Hintergrund: {lage}, {lage}.",
        "{lage_cap}, und ich denke über {~hobby} nach. {wunsch_cap}, und {wunsch}?",
        "Ehrlich: {~hobby}, {wunsch}? {lage_cap} und {lage}.",
    ),
    "writing": (
        "{bitte}schreib eine Nachricht an {empfaenger}, es geht um {~anlass}. Ton: {ton}, {art}. {lage_cap}.",
        "Formuliere bitte {ton}: an {empfaenger} wegen {~anlass}. Erwähne, dass {lage}, {lage} und es eilt.",
    ),
    "knowledge": (
        "Erkläre {~thema} für {leser}, {art}. Danach: was hat das mit {thema} zu tun? Hintergrund: {lage}, {lage}.",
        "{bitte}ich halte einen Vortrag von {5-45} Minuten über {~thema} für {leser}. Was gehört hinein, {art}? Hintergrund: {lage}, {lage}.",
    ),
    "maths": (
        "{name} hat {12-990} {ware} und verteilt sie auf {3-40} Kisten, {1-30} bleiben übrig. {name} nimmt {2-60} weg. Wie viele {ware=} sind in jeder Kiste?",
        "{name} verdient {11-60} Euro in der Stunde und arbeitet {3-50} Stunden. {2-9}0 Prozent gehen für {ware} zu je {2-19} Euro drauf. Wie viele {ware=} sind es nach {2-12} Wochen?",
    ),
    "support": (
        "Guten Tag, seit {2-28} Tagen: {defekt}. {forderung} {forderung} Kundennummer {10000-99999}.",
        "{defekt_cap}, und {defekt}. {forderung} Hintergrund: {lage}, {lage}.",
    ),
    "coding": (
        "Schreib eine Funktion in {~code_language}, die {routine} und {routine}; {lage}.",
        "{bitte}ich brauche {~code_language}-Code, der {routine}. Eingabe: bis zu {20-900} Zeilen. Mit {2-19} Tests; {lage}.",
    ),
    "follow_up": ("{nochmal}", "{nochmal}, weil {lage}", "{nochmal_cap}. {nochmal_cap}?"),
}  # fmt: skip
