// Names of rule parameters for people, in each language, and their units and meanings in French. The
// English meaning is that of the definition. A row of `pattern.name` goes before one of `name`.

interface NamedParameter {
  readonly name: string
  readonly unit: string
  readonly meaning: string
}

/** Parameter | English title | French title | French meaning. */
const rows = `
absentDays | Not seen for | Absence | temps sans y avoir été vu, ni dans les zones voisines
accessSourcesMin | Sources of access | Sources de l’accès | sources indépendantes de l’accès qui y mettent fin
accessSustainedDays | Access lasts | Durée de l’accès | temps pendant lequel l’accès doit durer pour y mettre fin
ageDays | Ages of escalation | Âges d’aggravation | âges auxquels elle s’aggrave
agesOutDays | Counts as new for | Nouveau pendant | temps pendant lequel il compte comme nouveau
alpha | Chance at entry | Hasard à l’entrée | probabilité maximale d’en compter autant par hasard, pour l’entrée
coordinated-attack.alpha | Chance at entry | Hasard à l’entrée | probabilité maximale d’en compter autant par hasard au rythme de l’acteur
apartKm | Sites apart | Écart des sites | distance minimale entre deux sites
areaWindowDays | Window for one actor | Fenêtre d’un auteur | fenêtre pour un même auteur
areasMin | Areas hit | Zones touchées | zones touchées dans la fenêtre, pour l’entrée
baseDays | Baseline | Période de référence | durée de référence avant la fenêtre
blockadeTactics | Tactics of blockade | Tactiques de blocus | tactiques qui font d’un refus dans le pôle un blocus de carburant ou de vivres
siege.bridgedGapDays | Gap between reports | Écart entre signalements | écart maximal entre deux signalements d’un critère avant l’entrée, ou entre deux signalements d’accès
bridgedGapDays | Gap between reports | Écart entre signalements | écart maximal entre signalements de signes : le pouvoir d’autrui est rarement signalé
budget | False alarms allowed | Fausses alertes admises | fausses alertes que le théâtre admet
byArea | Also by area | Aussi par zone | aussi dans chaque région, et non dans le théâtre seul
chance | Chance of silence | Hasard du silence | probabilité d’un silence aussi long si rien n’avait changé : T tel que e^(−λT) lui est égal
civilianKinds | Civilian targets | Cibles civiles | sortes de cibles qui sont civiles
civilianTargets | Civilian targets | Cibles civiles | sortes de cibles qui sont civiles, outre la catégorie des attaques contre des civils
clearDays | Corridors clear for | Axes libres pendant | temps sans attaque sur les axes qui y met fin
coarsestKm | Widest settlement | Localité la plus vague | un nom moins précis est une vaste zone, non une localité
corridorKm | Width of a route | Largeur d’un axe | distance maximale d’une attaque à un axe déclaré
corridorsMin | Corridors hit | Axes touchés | axes touchés dans la fenêtre, pour l’entrée
countMin | Attacks needed | Attaques requises | nombre minimal d’attaques dans la fenêtre, pour l’entrée
credibilityMax | Worst credibility | Crédibilité minimale | plus mauvaise crédibilité qui l’émet ; 6, qui ne peut être jugée, passe aussi
criteriaMin | Criteria needed | Critères requis | critères réunis en même temps, pour l’entrée
cutOffPatterns | Patterns of people cut off | Motifs d’isolement | motifs d’une population coupée du monde
days | Days without it | Jours sans | jours sans cela, comptés depuis la fin du dernier
deliveryTactics | Tactics of delivery | Tactiques de livraison | tactiques disant que des marchandises sont arrivées, outre l’accès rétabli
epsilonDays | Neighbours within | Voisins à moins de | temps maximal entre voisins
epsilonKm | Neighbours within | Voisins à moins de | distance maximale entre voisins
escalateAlpha | Chance at escalation | Hasard à l’aggravation | probabilité à laquelle elle s’aggrave
escalateAreas | Areas at escalation | Zones à l’aggravation | nombre de zones auquel elle s’aggrave
escalateDays | Days at escalation | Durée à l’aggravation | durée à laquelle elle s’aggrave
escalateFactor | Factor at escalation | Facteur d’aggravation | multiple de l’habituel auquel elle s’aggrave
reporting-blackout.escalateFactor | Factor at escalation | Facteur d’aggravation | multiple de T auquel elle s’aggrave
escalateKinds | Kinds at escalation | Situations à l’aggravation | nombre de sortes de situations simultanées auquel elle s’aggrave
abduction-to-killing.escalateKinds | Kinds of people | Sortes de personnes | sortes de personnes dont l’enlèvement s’aggrave aussitôt
escalateShare | Share at escalation | Part à l’aggravation | part de tous les axes à laquelle elle s’aggrave
escalateSites | Sites at escalation | Sites à l’aggravation | nombre de sites auquel elle s’aggrave
escalateStates | States at escalation | États à l’aggravation | nombre d’États au conseil maintenu auquel elle s’aggrave
escalateWindows | Windows at escalation | Fenêtres à l’aggravation | fenêtres de suite après lesquelles elle s’aggrave, si les conditions d’entrée tiennent chaque jour
expected | What is expected | Ce qui est attendu | prédicats de ce qui est attendu : un incident qui en remplit un
explosionDays | Explosions within | Explosions à moins de | temps maximal entre les explosions d’une répétition
explosionKm | Explosions within | Explosions à moins de | distance maximale d’une explosion répétée
factor | Factor at entry | Facteur d’entrée | multiple de l’habituel requis pour l’entrée
field | What is counted | Ce qui est compté | ce qui est compté : admin1, settlement, country, actor, category, target, tactic, source
sum.field | What is added | Ce qui est additionné | ce qui est additionné : deaths.low, deaths.best, deaths.high
floorMean | Least usual count | Habituel minimal | valeur minimale de l’habituel
gapDays | Gap that ends a session | Pause qui clôt une série | temps calme qui clôt une série
genericActors | Generic names | Noms génériques | noms génériques, qui ne désignent personne : ces acteurs ne sont pas comparés
groupBy | One situation for each | Une situation par | une situation pour chacun de : theatre, country, admin1, settlement, category, actor, target, source
growthFactor | Growth | Croissance | croissance de l’enveloppe ou de la plus grande distance sur la fenêtre précédente
heldDays | Criteria held for | Durée des critères | temps pendant lequel ils doivent être réunis, pour l’entrée
hitTactics | Tactics of a hit | Tactiques d’une coupure | tactiques qui font d’une attaque ou d’un refus une coupure d’un axe
holdDays | Stays open for | Reste ouverte | temps pendant lequel elle reste ouverte ; une autre suite la prolonge
front.holdDays | Stays open for | Reste ouverte | temps pendant lequel elle reste ouverte après la sortie de son dernier membre
holdingPatterns | Patterns of control | Motifs d’emprise | motifs montrant qu’un acteur assiège ou dirige la localité
hotRate | Rate of a hot cell | Rythme d’une case chaude | rythme propre d’une case au-dessus duquel elle est chaude
near-repeat.hotRate | Rate of a hot cell | Rythme d’une case chaude | rythme passé d’une case au-dessus duquel une répétition n’y émet rien
hubKm | Radius of the hub | Rayon du pôle | rayon du pôle
hubs | Hubs | Pôles | pôles déclarés : {name, country, admin1?, lat, lon, corridors?: [{name, bearing} ou {name, points: [[lat, lon], …]}]} ; un pôle dans une capitale la remplace
hungerTactics | Tactics of hunger | Tactiques de faim | tactiques par lesquelles un signalement dit une faim de phase 4 ou pire
incidentsMin | Attacks needed | Attaques requises | attaques requises pour l’entrée
repeat-victimisation.incidentsMin | Attacks needed | Attaques requises | attaques contre les civils d’un lieu, pour l’entrée
knownDays | Source known for | Source connue depuis | temps depuis lequel la source doit être connue
leave | Measure at the end | Mesure de fin | mesure au-dessous de laquelle elle finit ; 0 : le seuil ; sans effet sur les séries, que clôt leur pause
leaveAlpha | Chance of a calm day | Hasard d’un jour calme | probabilité au-dessus de laquelle un jour est calme
leaveDays | Calm days that end it | Jours calmes de fin | jours calmes de suite qui y mettent fin
widening-arc.leaveDays | Spread gone for | Fin de l’extension | temps sans extension qui y met fin
leaveFactor | Factor of a calm day | Facteur d’un jour calme | multiple de l’habituel au-dessous duquel un jour est calme
leaveHours | Quiet hours that end it | Heures calmes de fin | temps sans autre attaque qui y met fin
leaveShare | Share that ends it | Part de fin | part de la limite au-dessous de laquelle la fenêtre y met fin
levels | Higher levels | Niveaux supérieurs | mesures des niveaux 2, 3, …, chacune plus grande que la précédente ; 50 au plus
absence.levels | Higher levels | Niveaux supérieurs | jours des niveaux 2, 3, … ; 50 au plus
limit | Deaths at entry | Morts à l’entrée | morts dans la fenêtre, pour l’entrée
longestDays | Longest duration | Durée maximale | âge auquel elle finit bien que les attaques continuent : elles y sont habituelles
mass-casualty.longestDays | Longest incident | Incident le plus long | un incident daté d’une plus longue durée est un bilan de saison, non une tuerie, et est écarté
loweredMin | States that lower | États qui abaissent | États qui doivent abaisser leur conseil pour y mettre fin
loweredTactics | Tactics that lower | Tactiques d’abaissement | tactiques par lesquelles un avis en abaisse un autre
militaryKinds | Military targets | Cibles militaires | sortes de cibles non civiles : un signalement de celles-ci seules ne concerne pas des civils enlevés sans nom
minPoints | Neighbours of a core | Voisins d’un noyau | voisins qu’il faut à une attaque pour être un noyau, elle comprise
minPointsHot | Neighbours in a hot cell | Voisins en case chaude | de même dans une case chaude
nationalCapitals | Capitals are hubs | Capitales comme pôles | la capitale de chaque pays est un pôle
nearDays | Same within | Mêmes à moins de | et à moins de ce temps
abduction-to-killing.nearDays | Same within | Mêmes à moins de | et temps pendant lequel ce sont les mêmes
nearKm | Same within | Mêmes à moins de | les incidents plus proches appartiennent à une même alerte
abduction-to-killing.nearKm | Same within | Mêmes à moins de | les victimes sans nom plus proches sont les mêmes, à des points aussi précis
of | Patterns or rules | Motifs ou règles | motifs ou règles dont les constats comptent ; vide : tous ceux de niveau 0
placeKm | One place within | Un même lieu à moins de | les points plus proches sont un même lieu
placesApartKm | Places apart | Écart des lieux | distance minimale entre deux de ces lieux
placesAreasMin | Areas of the places | Zones des lieux | nombre minimal de zones où se trouvent ces lieux
placesMin | Places hit | Lieux touchés | ou lieux éloignés, requis pour l’entrée
precisionKm | Least precision | Précision minimale | un signalement moins précis ne fait qu’appuyer
priceTactics | Tactics of prices | Tactiques de prix | tactiques qui signalent des prix ou des files d’attente
proofOfLifeDays | Without proof of life | Sans preuve de vie | temps sans preuve de vie après lequel elle s’aggrave, une fois que toutes les sources actives ont signalé depuis ; 0 : jamais
quietDays | Quiet days that end it | Jours calmes de fin | temps calme qui y met fin
widening-arc.quietDays | Quiet before | Calme auparavant | au moins une zone ou un lieu n’avait pas été touché depuis ce temps
radiusKm | Repeats within | Répétition à moins de | distance maximale d’une répétition
supply-line-interdiction.radiusKm | Length of a route | Longueur d’un axe | longueur d’un axe vers un pôle : de Bamako aux frontières du sud du Mali
rateDays | Period of the rate | Période du rythme | période de ce rythme
rateWeeks | Period of the rate | Période du rythme | période du rythme habituel λ
reachKm | Reach | Portée | les incidents plus éloignés ne vont ensemble que par d’autres entre eux ; 20000 : tout le théâtre, sinon une région de pays voisins
reportsMin | Reports needed | Signalements requis | signalements requis dans cette période pour un rythme
retakenSourcesMin | Sources of a retaking | Sources d’une reprise | sources indépendantes qui doivent signaler la reprise
retakenTactics | Tactics of a retaking | Tactiques de reprise | tactiques qui signalent une reprise, outre une prise par un autre acteur
roadWords | Words for roads | Mots de route | mots d’un nom de lieu où un refus ou une destruction est une coupure
ruleTactics | Tactics of rule | Tactiques de pouvoir | tactiques qui montrent un pouvoir imposé ; une fermeture d’école seulement si son auteur est nommé
sectorDegrees | Angle of a route | Angle d’un axe | sans axes déclarés : des attaques dont les directions depuis le pôle diffèrent d’autant sont sur deux axes ; leur nombre est 360 ÷ cet angle
settlementsMin | Settlements hit | Localités touchées | localités d’une zone touchées par un acteur
shutOutTactics | Tactics of exclusion | Tactiques d’exclusion | tactiques qui montrent des forces tenues à l’écart
signsMin | Signs needed | Signes requis | signes requis pour l’entrée : prise, pouvoir imposé, forces à l’écart ; une prise suffit seule
silenceDaysMin | Shortest silence | Silence minimal | silence minimal : les dates sont au jour près
sitesMin | Sites needed | Sites requis | sites requis pour l’entrée
sourcesMin | Sources to escalate | Sources d’aggravation | sources indépendantes, dont une de fiabilité connue, pour l’aggravation
statesMin | States needed | États requis | États qui disent aux gens de partir dans la fenêtre, pour l’entrée
sequence.steps | Steps | Étapes | prédicats d’incidents dans leur ordre, 8 au plus ; {"absent": prédicat} pour ce qui ne doit pas précéder l’étape suivante, avec « days » à la fin
all-of.steps | What must all be | Ce qui est requis | ce qui doit être réuni, dans n’importe quel ordre ; 8 au plus. Un incident peut en être plusieurs
steps | Deaths of the levels | Morts par niveau | morts en un incident pour chaque niveau
tactics | Tactics | Tactiques | tactiques qui comptent : façons de combattre ou de diriger, sans leurs effets sur les gens ; d’autres (« other:… ») comptent si elles sont ici
threshold | Threshold | Seuil | mesure à l’entrée
violencePatterns | Patterns of violence | Motifs de violence | motifs dont un doit coïncider avec elle, ou sinon la faim
voiceTactics | Tactics of speaking up | Tactiques de parole | tactiques par lesquelles une localité s’exprime, outre la catégorie « appeal »
window | Kind of window | Sorte de fenêtre | une de : sliding (glissante), tumbling (successive), session (série)
windowDays | Window | Fenêtre | durée de la fenêtre
near-repeat.windowDays | Repeats within | Répétition à moins de | temps maximal entre les attaques d’une répétition
repeat-victimisation.windowDays | Window for one place | Fenêtre d’un lieu | fenêtre pour un même lieu
abduction-to-killing.windowDays | Case followed for | Suivi d’un cas | temps pendant lequel un cas est suivi après son dernier signalement
compound-crisis.windowDays | Counts at least for | Compte au moins | temps minimal pendant lequel une situation compte dès son entrée
windowHours | Window | Fenêtre | durée de la fenêtre
sequence.withinDays | All within | En moins de | temps maximal du début du premier incident à celui du dernier ; une absence à la fin peut le dépasser
withinDays | All within | En moins de | temps pendant lequel tous doivent se produire
worsePatterns | Patterns that escalate | Motifs d’aggravation | motifs qui l’aggravent s’ils y sont ouverts en même temps
yearDays | Longer window | Fenêtre longue | la fenêtre plus longue
yearLimit | Deaths at escalation | Morts à l’aggravation | morts dans la fenêtre longue à partir desquels elle s’aggrave
`

/** Units in French; others are the same. */
const units: Readonly<Record<string, string>> = {
  'Admiralty credibility': 'crédibilité (Amirauté)',
  admin1: 'régions',
  'alerts a year': 'alertes par an',
  civilians: 'civils',
  corridors: 'axes',
  count: 'nombre',
  criteria: 'critères',
  days: 'jours',
  deaths: 'morts',
  degrees: 'degrés',
  field: 'champ',
  hours: 'heures',
  hubs: 'pôles',
  'incidents per window': 'incidents par fenêtre',
  key: 'clé',
  kind: 'sorte',
  kinds: 'sortes',
  'kinds of target': 'sortes de cible',
  names: 'noms',
  patterns: 'motifs',
  'patterns or rules': 'motifs ou règles',
  places: 'lieux',
  predicates: 'prédicats',
  probability: 'probabilité',
  ratio: 'rapport',
  reports: 'signalements',
  settlements: 'localités',
  share: 'part',
  signs: 'signes',
  states: 'États',
  steps: 'étapes',
  tactics: 'tactiques',
  times: 'fois',
  'true or false': 'oui ou non',
  weeks: 'semaines',
  windows: 'fenêtres',
  words: 'mots',
  'yes or no': 'oui ou non'
}

const known = new Map(
  rows
    .trim()
    .split('\n')
    .map(row => {
      const [key = '', title = '', titre = '', aide = ''] = row.split(' | ')
      return [key, { title, titre, aide }] as const
    })
)
/** Rows, for the test that each is in use. */
export const parameterRows = [...known.keys()]

/** The row of a parameter; undefined for one that has no words. */
export function findParameterRow(pattern: string, name: string): string | undefined {
  // Patterns over findings have the parameters of those over incidents.
  const rowOf = [`${pattern.replace(/^findings-/, '')}.${name}`, name]
  return rowOf.find(key => known.has(key))
}

/** As the members of an answer. */
export function parameterWords(pattern: string, { name, unit, meaning }: NamedParameter) {
  const row = known.get(findParameterRow(pattern, name) ?? '')
  const { title = name, titre = name, aide = meaning } = row ?? {}
  return { title, inLanguages: { fr: { title: titre, unit: units[unit] ?? unit, meaning: aide } } }
}
