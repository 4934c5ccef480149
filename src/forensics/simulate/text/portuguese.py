"""Texts in Portuguese."""

TABLES: dict[str, tuple[str, ...]] = {
    "ola": ("", "", "", "Por favor, ", "Oi, ", "Olá! ", "Bom dia, ", "Uma dúvida: ", "gente, ", "Preciso de ajuda. "),
    "hobby": ("criar abelhas", "fazer pão", "plantar tomates na varanda", "tocar violoncelo", "jogar xadrez", "cerâmica", "correr uma meia maratona", "fotografia noturna", "tricô", "trilhas", "fazer queijo", "aquarela", "restaurar bicicletas", "surfar", "cantar no coral", "aeromodelismo"),
    "caso": ("temos pouco espaço", "trabalho à noite", "meu joelho dói", "o orçamento é de {50-900} reais", "as crianças são pequenas", "vamos mudar em maio", "o proprietário é rígido", "nunca fiz isso", "só tenho {2-8} horas por semana", "aqui chove muito", "minha irmã ajuda", "não há loja por perto"),
    "duvida": ("por onde começo", "quanto custa por ano", "que erros os iniciantes cometem", "como mantenho o ritmo", "o que preciso mesmo comprar", "vale a pena", "como planejo as primeiras {3-12} semanas", "o que pode dar errado", "existe algo mais barato"),
    "alvo": ("meu senhorio", "um fornecedor", "a professora da minha filha", "um cliente irritado", "a prefeitura", "minha chefe", "os vizinhos do {2-9}º andar", "um candidato", "o seguro", "a associação de pais", "um hotel em Salvador", "meu antigo orientador"),
    "assunto": ("o aquecedor quebrado", "uma fatura de {90-4800} reais", "a reunião de {2-28} de maio", "um pedido errado", "minha demissão", "a festa junina", "um prazo até {2-28} de junho", "o barulho depois das {20-23} horas", "um erro no contrato", "a chave perdida", "os novos preços"),
    "tom": ("amigável", "firme mas educado", "formal", "curto", "caloroso", "de desculpas", "alegre", "neutro"),
    "tema": ("as marés", "a inflação", "as vacinas", "os buracos negros", "os juros compostos", "a fotossíntese", "o sistema imunológico", "a Rota da Seda", "as geleiras", "a criptografia", "os fundos de índice", "a tabela periódica", "o efeito Doppler", "as tarifas", "o ciclo do ouro", "os recifes de coral"),
    "publico": ("uma criança de dez anos", "minha avó", "uma colega nova", "calouros", "um chefe com pressa", "quem não gosta de matemática", "uma turma do ensino médio"),
    "modo": ("com um exemplo do dia a dia", "sem jargão", "em {3-9} frases", "com números", "e diga o erro mais comum", "passo a passo", "em forma de diálogo"),
    "bem": ("maçãs", "cadernos", "parafusos", "cartões", "velas", "azulejos", "ingressos", "sementes"),
    "nome": ("Ana", "Bento", "Clara", "Davi", "Elisa", "Fábio", "Gisele", "Heitor", "Iara", "João", "Lia", "Marcos"),
    "defeito": ("o carregador esquenta", "fui cobrado duas vezes", "o pedido {1000-99999} não chegou", "o cupom não funciona", "a tela fica preta", "renovaram a assinatura que cancelei", "o aplicativo dá erro {100-999}", "o pacote veio rasgado", "não consigo trocar a senha"),
    "pedido": ("O que posso fazer?", "Quero meu dinheiro de volta.", "Quanto tempo demora?", "Confirmem por escrito.", "Para onde envio?", "Preciso antes de sexta.", "É a {2-5}ª vez que escrevo."),
    "segue": ("mais curto", "dá um exemplo", "e se {caso}", "por quê", "mais {tom}", "não entendi a segunda parte", "em tabela", "confere de novo", "mais {2-6}", "e {tema}", "continua", "explica o passo {2-5}"),
    "rotina": ("remova duplicados", "leia um CSV de {3-40} colunas", "junte intervalos", "valide um CPF", "conte palavras", "ache o caminho mais curto", "ordene tarefas por dependência", "reconheça datas em três formatos"),
}  # fmt: skip

FAMILIES: dict[str, tuple[str, ...]] = {
    "chat": (
        "{ola}quero começar a {~hobby}, mas {caso}. {duvida_cap}? Contexto: {caso}, {caso}.",
        "{caso_cap} e ando pensando em {~hobby}. {duvida_cap} e {duvida}?",
        "Sinceramente, {~hobby}: {duvida}? Lembre que {caso} e que {caso}.",
    ),
    "writing": (
        "{ola}escreva uma mensagem num tom {tom} para {alvo} sobre {~assunto}, {modo}. Diga que {caso}.",
        "Redija algo {tom} para {alvo}: {~assunto}. {caso_cap}, além disso {caso}.",
    ),
    "knowledge": (
        "Explique {~tema} para {publico}, {modo}. O que isso tem a ver com {tema}? Contexto: {caso}, {caso}.",
        "{ola}vou falar {5-45} minutos sobre {~tema} para {publico}. O que incluo, {modo}? Contexto: {caso}, {caso}.",
    ),
    "maths": (
        "{nome} divide {12-990} {bem} em {3-40} caixas e sobram {1-30}. {nome} leva {2-60}. Quantas {bem=} há em cada caixa?",
        "{nome} ganha {9-60} reais por hora, trabalha {3-50} horas e gasta {2-9}0 por cento em {bem} a {2-19} reais. Quantas {bem=} são em {2-12} semanas?",
    ),
    "support": (
        "Bom dia, há {2-28} dias {defeito}. {pedido} {pedido} Cliente {10000-99999}.",
        "{defeito_cap} e {defeito}. {pedido} Contexto: {caso}, {caso}.",
    ),
    "coding": (
        "Escreva uma função em {~code_language} que {rotina} e {rotina}. Com {2-19} testes; {caso}.",
        "{ola}preciso de código em {~code_language} que {rotina}, até {20-900} mil linhas; {caso}.",
    ),
    "follow_up": ("{segue}", "{segue}, porque {caso}", "{segue_cap}. {segue_cap}?"),
}  # fmt: skip
