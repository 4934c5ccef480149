"""Texts in Spanish."""

TABLES: dict[str, tuple[str, ...]] = {
    "saludo": ("", "", "", "Por favor, ", "Hola, ", "Buenas, ", "Una pregunta: ", "Disculpa, ", "oye, ", "Necesito ayuda. "),
    "hobby": ("la apicultura", "restaurar bicicletas", "cultivar tomates", "el violonchelo", "el pan de masa madre", "el ajedrez", "la cerámica", "correr media maratón", "la fotografía nocturna", "tejer", "el senderismo", "hacer queso", "la acuarela", "el modelismo", "cantar en un coro", "el buceo"),
    "caso": ("tenemos poco espacio", "trabajo de noche", "me duele la rodilla", "mi presupuesto es de {50-900} euros", "los niños son pequeños", "nos mudamos en mayo", "el casero es estricto", "nunca lo he hecho", "solo tengo {2-8} horas a la semana", "aquí llueve mucho", "mi hermana me ayuda", "quiero darle una sorpresa a mi padre", "el club cerró el año pasado"),
    "duda": ("por dónde empiezo", "cuánto cuesta al año", "qué errores cometen los principiantes", "cómo mantengo el ritmo", "qué necesito de verdad", "vale la pena", "cómo organizo las primeras {3-12} semanas", "qué puede salir mal", "hay algo más barato"),
    "destino": ("mi casero", "un proveedor", "la profesora de mi hija", "un cliente enfadado", "el ayuntamiento", "mi jefa", "los vecinos del piso {2-9}", "un candidato", "el seguro", "la asociación de padres", "un hotel de Cádiz", "mi antiguo profesor"),
    "asunto": ("la calefacción rota", "una factura de {90-4800} euros", "la reunión del {2-28} de mayo", "un pedido equivocado", "mi dimisión", "la fiesta de verano", "una prórroga hasta el {2-28} de junio", "el ruido después de las {10-12}", "un error en el contrato", "la llave perdida", "los nuevos precios"),
    "tono": ("amable", "firme pero educado", "formal", "breve", "cálido", "de disculpa", "alegre", "neutral"),
    "tema": ("las mareas", "la inflación", "las vacunas", "los agujeros negros", "el interés compuesto", "la fotosíntesis", "el sistema inmunitario", "la Ruta de la Seda", "los glaciares", "las bombas de calor", "la criptografía", "los fondos indexados", "la tabla periódica", "el efecto Doppler", "los aranceles", "la dinastía Ming"),
    "publico": ("un niño de diez años", "mi abuela", "una compañera nueva", "alumnos de primero", "un jefe con prisa", "gente sin estudios técnicos", "una clase de instituto"),
    "modo": ("con un ejemplo cotidiano", "sin tecnicismos", "en {3-9} frases", "con cifras", "y di cuál es el error más común", "paso a paso", "como un diálogo"),
    "bien": ("manzanas", "cuadernos", "tornillos", "postales", "velas", "baldosas", "entradas", "semillas"),
    "nombre": ("Ana", "Bruno", "Carmen", "Diego", "Elvira", "Félix", "Gloria", "Hugo", "Irene", "Javier", "Lucía", "Mateo"),
    "averia": ("el cargador se calienta", "me han cobrado dos veces", "el pedido {1000-99999} no ha llegado", "el cupón no funciona", "la pantalla se queda negra", "renovaron la suscripción aunque la cancelé", "la aplicación da el error {100-999}", "el paquete llegó roto", "no puedo cambiar la contraseña"),
    "exigencia": ("¿Qué puedo hacer?", "Quiero que me devuelvan el dinero.", "¿Cuánto tarda?", "Confírmenlo por escrito, por favor.", "¿Adónde lo envío?", "Lo necesito antes del viernes.", "Es la {2-5}.ª vez que escribo."),
    "sigue": ("más corto", "dame un ejemplo", "y si {caso}", "por qué", "más {tono}", "no entiendo la segunda parte", "ponlo en una tabla", "revísalo otra vez", "dame {2-6} más", "y qué pasa con {tema}", "continúa", "explica el paso {2-5}"),
    "rutina": ("elimine duplicados", "lea un CSV de {3-40} columnas", "una intervalos solapados", "valide un IBAN", "cuente palabras", "busque el camino más corto", "ordene tareas por dependencias", "reconozca fechas en tres formatos"),
}  # fmt: skip

FAMILIES: dict[str, tuple[str, ...]] = {
    "chat": (
        "{saludo}quiero empezar con {~hobby}, pero {caso}. ¿{duda_cap}? Contexto: {caso}, {caso}.",
        "{caso_cap} y estoy pensando en {~hobby}. ¿{duda_cap} y {duda}?",
        "Sinceramente, {~hobby}: ¿{duda}? Ten en cuenta que {caso} y que {caso}.",
    ),
    "writing": (
        "{saludo}escribe un mensaje {tono} para {destino} sobre {~asunto}, {modo}. Menciona que {caso}.",
        "Redacta algo {tono} para {destino}: {~asunto}. {caso_cap}, y además {caso}.",
    ),
    "knowledge": (
        "Explica {~tema} a {publico}, {modo}. ¿Qué relación tiene con {tema}? Contexto: {caso}, {caso}.",
        "{saludo}tengo que dar una charla de {5-45} minutos sobre {~tema} a {publico}. ¿Qué incluyo, {modo}? Contexto: {caso}, {caso}.",
    ),
    "maths": (
        "{nombre} reparte {12-990} {bien} en {3-40} cajas y sobran {1-30}. {nombre} se lleva {2-60}. ¿Cuántas {bien=} hay en cada caja?",
        "{nombre} gana {9-60} euros por hora, trabaja {3-50} horas y gasta el {2-9}0 por ciento en {bien} a {2-19} euros. ¿Cuántas {bien=} tiene tras {2-12} semanas?",
    ),
    "support": (
        "Buenos días: desde hace {2-28} días {averia}. {exigencia} {exigencia} Cliente {10000-99999}.",
        "{averia_cap} y {averia}. {exigencia} Contexto: {caso}, {caso}.",
    ),
    "coding": (
        "Escribe una función en {~code_language} que {rutina} y {rutina}. Con {2-19} pruebas; {caso}.",
        "{saludo}necesito código en {~code_language} que {rutina}, para hasta {20-900} filas; {caso}.",
    ),
    "follow_up": ("{sigue}", "{sigue}, porque {caso}", "{sigue_cap}. ¿{sigue_cap}?"),
}  # fmt: skip
