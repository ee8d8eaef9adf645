// Words that the first page needs, in French, as an officer of the watch in Bamako or Ouagadougou
// says them. Central terms:
//
// report signalement · incident incident · finding constat · alert alerte · headline titre
// evidence éléments · trigger déclencheur · severity gravité · extreme extrême · severe grave
// moderate modérée · minor mineure · certainty certitude · threshold seuil · level niveau
// provisional provisoire · confirmed confirmée · retracted annulée · resolved close
// reopen rouvrir · disposition conclusion · true avérée · false alarm fausse alerte
// acknowledge prendre en compte · unacknowledged à prendre en compte, en attente · assign attribuer
// owner responsable · unassigned sans responsable · release libérer · take over reprendre
// escalate s’aggraver · page appeler, appel · notified prévenu · delivered remis
// silence sourdine · response suite donnée · drill exercice · officer officier
// shift veille · on shift de veille · roster tableau de veille · step échelon
// shift report compte rendu de relève · hand over passer la relève · subscription abonnement
// handling diffusion · clearance habilitation · withdrawn retiré · theatre théâtre
// rule règle · digest bulletin · live en direct · canary sonde · quarantine quarantaine
// Before : ; ? ! and inside « » stands a narrow no-break space.

import type { part as english } from '../en/shell.ts'
import { type Catalogue, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')
const number = (count: number): string => count.toLocaleString('fr')
const alerts = (count: number): string => plural(count, 'alerte', 'alertes')

const byTocsin = 'Toutes les heures affichées suivent celle de Tocsin. Réglez celle de ce poste.'

export const part: Catalogue<typeof english> = {
  queueWork: {
    groupBy: 'Grouper',
    groupings: {
      none: 'Aucun',
      country: 'Par pays',
      area: 'Par région',
      rule: 'Par règle',
      owner: 'Par responsable',
      severity: 'Par gravité'
    },
    noArea: 'Région non précisée',
    groupCount: (count, worst) => `${alerts(count)}, au plus ${worst}`,

    presets: 'Vues de la liste',
    preset: {
      whole: 'En cours',
      unacknowledged: 'En attente',
      mine: 'Les miennes',
      closed: 'Closes',
      severe: 'Graves, sans responsable',
      new: 'Nouvelles, sans responsable'
    },
    savedView: {
      name: 'Enregistrer cette vue pour tous les officiers sous',
      save: 'Enregistrer',
      rename: 'Renommer',
      done: name => `Enregistrée pour tous les officiers : ${name}.`,
      delete: 'Supprimer cette vue',
      deleteAsk: name => `Tous les officiers perdront « ${name} ». La supprimer ?`,
      deleted: 'Vue supprimée.'
    },
    copyLink: 'Copier le lien',
    silence: 'Mettre en sourdine ces gravités, règles, lieux et certitudes',
    ofView: 'vers cette vue',

    files: {
      title: 'Cette liste en fichier :',
      formats: { csv: 'CSV', geojson: 'GeoJSON' },
      without: parts => `Sans tenir compte de : ${parts}.`
    },

    select: headline => `Sélectionner : ${headline}`,
    selectAll: 'Sélectionner toute la liste',
    selectAllUpTo: max => `Sélectionner les ${max} premières alertes`,
    selected: count => plural(count, 'alerte sélectionnée', 'alertes sélectionnées'),
    selectedMost: max => `Pas plus de ${max} à la fois.`,
    clear: 'Tout désélectionner',
    unlisted: count =>
      `${plural(count, 'd’entre elles n’est', 'd’entre elles ne sont')} plus dans la liste :`,
    unpickUnlisted: count => (count === 1 ? 'La désélectionner' : 'Les désélectionner'),
    bulk: {
      title: 'Agir sur toute la sélection',
      open: 'Agir',
      act: 'Action',
      acts: {
        acknowledgement: 'Prendre en compte',
        assignment: 'M’attribuer',
        'give-back': 'Libérer',
        resolution: 'Clore'
      },
      note: 'Note pour toutes (facultatif)',
      closeSure: (count, as) =>
        `${plural(count, 'alerte sera close', 'alertes seront closes')} comme « ${as} » et n’${count < 2 ? 'appellera' : 'appelleront'} plus personne. Clore ?`,
      closeAll: count => `Oui, clore ${alerts(count)}`,
      closeNot: 'Ne pas clore',
      go: (act, count) => `${act} : ${alerts(count)}`,
      asking: (done, all) => `${done} sur ${all} traitées…`,
      results: 'Résultat',
      allDone: count => `Fait pour ${alerts(count)}.`,
      someNot: (done, not) =>
        `Fait pour ${done}. Pas pour ${alerts(not)}, ${not === 1 ? 'listée ci-dessous et encore sélectionnée' : 'listées ci-dessous et encore sélectionnées'}.`,
      someWait: waiting =>
        `Pas encore décidé pour ${alerts(waiting)} : le résultat apparaîtra ci-dessous.`,
      gone: 'Vous ne la voyez plus.'
    }
  },
  unacknowledged: {
    one: 'En attente',
    count: count => (count === 0 ? 'Toutes prises en compte' : `${number(count)} en attente`),
    oldest: 'depuis',
    worst: severity => `, au plus ${severity}`,
    unknown: 'En attente : pas encore connu',
    title:
      'Alertes qui ont appelé, que personne n’a prises en compte et auxquelles aucune suite n’est donnée. Attribuer n’est pas prendre en compte.',
    notKnown: 'On ne sait pas encore quelles alertes restent à prendre en compte.',
    none: 'Toutes les alertes sont prises en compte.',
    since: time => `émise vers ${time}`
  },
  sound: {
    title: 'Son',
    arm: 'Son coupé. Activer',
    armed: 'Son activé',
    armedFrom: severity => ` : à partir de ${severity}`,
    armedLost: 'Son activé, mais pas en direct',
    armedBehind: 'Son activé, mais Tocsin a du retard',
    muted: 'Son en pause',
    blocked: 'Son bloqué par le navigateur. Activer',
    off: 'Le son est coupé.',
    heldBack: 'L’alarme ne sonne pas : le navigateur la retient tant que vous n’appuyez pas ici.',
    letSound: 'Laisser sonner',
    offNow: count =>
      `Le son est coupé depuis le rechargement de la page. Graves ou extrêmes, à prendre en compte : ${alerts(count)}.`,
    turnOn: 'Activer le son',
    leaveOff: 'Laisser coupé',
    mute: 'Pause',
    unmute: 'Reprendre',
    disarm: 'Couper',
    test: severity => `Essai : ${severity}`,
    least: 'Sonne à partir de',
    drills: 'Les exercices sonnent aussi',
    notices: {
      default: 'Notifier dans ce navigateur…',
      granted: 'Ce navigateur notifie quand vous êtes dans une autre fenêtre.',
      denied: 'Ce navigateur bloque les notifications de cette page.'
    },
    how: 'Ce qui appelle, et ce qui reste à prendre en compte à l’activation, sonne jusqu’à ce que quelqu’un le prenne en compte ou consigne une suite : encore et encore, le plus grave seul. Attribuer ne suffit pas. La page doit rester ouverte et en direct : deux notes graves chaque minute disent qu’elle ne l’est plus, que la session a pris fin ou que Tocsin a du retard.',
    lostHere:
      'Le son est activé et cette page n’entend rien : deux notes graves le disent chaque minute.',
    standing: count => `Le son est activé. ${alerts(count)} à prendre en compte.`,
    alarm: (count, severity) => `${alerts(count)} à prendre en compte, au plus ${severity} :`,
    hush: count => (count === 1 ? 'Faire taire ici' : `Faire taire les ${number(count)} ici`)
  },
  direction: 'ltr',
  language: 'fr',
  suiteLanguage: 'en',
  product: 'Tocsin',
  needsScript: 'Cette console a besoin de JavaScript. Les mêmes alertes sont à /v1/alerts.',
  skipToQueue: 'Aller aux alertes',
  views: {
    title: 'Vues',
    names: {
      alerts: 'Alertes',
      area: 'Zone',
      incidents: 'Incidents et signalements',
      'hand-over': 'Relève',
      'response-times': 'Délais',
      board: 'Tableau passé',
      digest: 'Bulletin',
      sources: 'Sources',
      import: 'Import',
      subscriptions: 'Abonnements',
      silences: 'Sourdines',
      watches: 'Veille',
      rules: 'Règles'
    },
    report: 'Signaler',
    more: 'Autres vues',
    moreShort: 'Plus',
    shift: 'Relève',
    footTitle: 'Vues principales',
    skip: 'Aller à la vue',
    loading: 'Chargement de la vue…',
    failed:
      'La vue n’a pas pu être chargée. La liaison est peut-être coupée, ou Tocsin a été mis à jour depuis l’ouverture de cette page.',
    reload: 'Recharger la page',
    inTab: (view, product) => `${view} · ${product}`,
    inTabWith: (open, name) => `(${number(open)}) ${name}`,
    asking: 'Envoi…',
    refused: detail => `Refusé : ${detail}`,
    unreachable: 'Tocsin est injoignable. Votre saisie est gardée : réessayez.',
    notAnswered: 'Tocsin est injoignable. Ce qui est affiché date de la dernière réponse.',
    notTold: detail => `Tocsin ne le dit pas : ${detail}`,
    faultAt: (line, column, detail) => `Ligne ${line}, colonne ${column} : ${detail}`,
    faultsBelow: 'Refusé : voyez ce qui est marqué.',
    goOn: 'Continuer avec ma saisie',
    restart: 'Recommencer à partir de l’état actuel',
    once: 'Affiché une seule fois : il ne pourra pas être redemandé.',
    copy: 'Copier',
    copied: 'Copié.',
    notCopied: 'Ce navigateur ne permet pas de copier : sélectionnez-le.',
    linkCopied: 'Lien copié',
    linkNotCopied:
      'Pas copié : le navigateur ne le permet pas. Le lien est dans la barre d’adresse.',
    stored: 'Je l’ai mis en lieu sûr',
    pick: 'Chercher et choisir',
    dropPick: name => `Retirer ${name}`,
    notOffered: 'Choisir dans la liste.',
    formerWorld: 'monde, avant la déclaration des théâtres',
    map: 'Carte',
    unstaffed: 'Personne n’est joignable',
    deleteIt: 'Oui, supprimer',
    weekBefore: 'Semaine précédente',
    weekAfter: 'Semaine suivante',
    openAlert: 'Ouvrir l’alerte',
    no: 'Non, revenir'
  },
  signIn: {
    title: 'Se connecter',
    lead: 'Vous n’êtes pas connecté dans ce navigateur.',
    ended: 'Votre session a pris fin, ou sa clé a été révoquée.',
    awaited:
      'Le fournisseur d’identité, ou Tocsin, ne répond pas. La question est reposée toutes les quelques secondes, et cette page reprendra dès la réponse. Vous pouvez aussi vous connecter autrement.',
    otherWindow:
      'Le fournisseur d’identité s’ouvre dans une autre fenêtre, pour que cette page garde votre saisie. Elle reprendra d’elle-même.',
    withProvider: host => `Se connecter avec ${host}`,
    withLink: 'Avec un lien',
    linkCommand: origin =>
      `npm run -s tocsin -- keys link owner --url ${origin} --data DOSSIER_DE_DONNÉES`,
    linkHow:
      'Tocsin affiche un lien de connexion quand il démarre dans un terminal. Ouvrez-le dans ce navigateur et appuyez sur son bouton : il ne sert qu’une fois. Le propriétaire peut en créer un autre là où Tocsin tourne, et un administrateur pour chaque officier (tocsin keys link) :',
    withKey: 'Avec une clé d’API',
    keyLabel: 'Clé d’API',
    keyHow:
      'La clé est échangée contre une session. Ce navigateur ne la garde pas. Celle du propriétaire est dans le fichier owner.key du dossier de données.',
    asking: 'Connexion…',
    refused: 'La clé est inconnue ici, révoquée ou expirée.',
    unreachable: 'Tocsin est injoignable. Réessayez.',
    forPrograms: 'Pour les programmes',
    forProgramsHow: 'Sans session : ils envoient une clé avec chaque requête. Voir',
    interfaceName: 'la description de l’interface'
  },

  top: {
    signOut: 'Se déconnecter',
    dropsTyped: 'Ce que vous avez saisi sans l’envoyer sera perdu.',
    notSignedOut: 'Toujours connecté. Réessayer',
    signedInAs: name => `Connecté comme ${name}`,
    readOnly: 'lecture seule',
    utc: 'UTC',
    local: 'ici',
    look: 'Apparence',
    language: 'Langue',
    ofBrowser: 'Celle du navigateur',
    languageNotLoaded: 'Les textes n’ont pas pu être chargés. Choisissez de nouveau.',
    looks: { auto: 'Auto', light: 'Claire', dark: 'Sombre', wall: 'Murale' }
  },

  lights: {
    title: 'État de la liaison, de la chaîne et des sources',
    link: 'Liaison',
    pipeline: 'Chaîne',
    unassigned: 'Dehors',
    unassignedReports: count => `${plural(count, 'signalement', 'signalements')} hors théâtre`,
    unassignedMore: 'signalements des 7 derniers jours : aucune règle ne les voit',
    good: 'bon',
    bad: 'panne',
    warn: 'attention',
    unknown: 'inconnu',
    linkLive: 'En direct',
    linkHeard: wait => `dernier signe il y a ${wait}`,
    linkComplete: (record, time) =>
      `complet jusqu’à l’enregistrement ${record}${time === '' ? '' : `, ${time}`}`,
    linkAnswers: 'Répond',
    linkConnecting: 'Connexion',
    linkCatchingUp: 'Rattrapage',
    linkLost: 'Pas en direct',
    linkEnded: 'Terminé',
    canaryThrough: age => (age === null ? 'sonde à l’instant' : `sonde il y a ${age}`),
    canaryThroughMore: wait => `une sonde envoyée il y a ${wait} est devenue une alerte`,
    canaryOverdue: age => `pas de sonde depuis ${age}`,
    canaryNone: 'répond, sans sonde',
    canaryNoneMore:
      'aucun incident de la règle canary n’est passé, ou cette clé ne peut pas le voir : rien ne montre que les signalements deviennent des alertes',
    canaryHidden: 'pas montré à cette clé',
    pipelineBehind: age => `en retard de ${age}`,
    pipelineBehindMore: 'les signalements arrivés depuis ne sont peut-être pas encore examinés',
    pipelineFaults: names => `panne : ${names.join(', ')}`,
    pipelineUnknown: 'pas connu',
    sourcesLive: (live, all) => `${live} sur ${all} entendues`,
    silentCount: count => plural(count, 'muette', 'muettes'),
    sourcesNone: 'aucune déclarée',
    sourcesWere: (heard, age) => `pas connu ; ${heard} il y a ${age}`,
    sourcesHidden: 'pas dit à cette clé',
    silentSources: names => `muettes : ${names.join(', ')}`,
    unheardSources: names => `aucun signalement visible pour vous de : ${names.join(', ')}`
  },

  stale: {
    title: 'Cette page n’est pas en direct.',
    ended: 'Cette page n’est plus en direct.',
    doubted:
      'Cette page n’est pas en direct : votre session a pris fin, et personne n’a encore dit si elle continue. La question est reposée toutes les quelques secondes.',
    signInAnew: 'Se connecter autrement',
    catchingUp: 'Rattrapage : cette page n’est pas encore en direct.',
    coming: 'La liaison est bonne, et ce qui s’est passé entre-temps arrive.',
    never: 'Tocsin n’a pas encore répondu. Rien ici n’est sûr d’être à jour.',
    since: (time, age) => `Ce que vous voyez date de ${time}, il y a ${age}.`,
    cutOff:
      'Tocsin répond mais n’accède plus à son journal : les nouvelles alertes sont inconnues.',
    retry: wait => `Nouvel essai dans ${wait}.`,
    connecting: 'Connexion…',
    begin: {
      unreachable: 'Tocsin ne répond pas. Nouveaux essais en cours : rien n’est connu d’ici là.',
      refused: detail =>
        `Tocsin répond, mais ne dit pas qui est connecté : ${detail} Nouveaux essais en cours.`
    },
    silent: 'La liaison est ouverte, mais rien ne vient.',
    retryNow: 'Essayer maintenant',
    signInAgain: 'Se reconnecter',
    older: (time, age) =>
      `Le détail de l’alerte ouverte date de ${time}, il y a ${age}. Elle a changé depuis : la liste dit ce qui est connu. Nouvelle demande en cours.`,
    inTab: name => `⚠ pas en direct · ${name}`,
    actsWait:
      'Tant que la page n’est pas en direct, rien ne peut être envoyé. Votre saisie est gardée.'
  },
  behind: {
    title: 'Tocsin a du retard.',
    since: (time, age) =>
      `Ce que vous voyez date de ${time}, il y a ${age} : les signalements arrivés depuis ne sont peut-être pas examinés, et leurs alertes peuvent encore venir.`,
    inTab: name => `⚠ en retard · ${name}`
  },
  restoredLog: (at, takenAt) =>
    `Le journal a été restauré à ${at} depuis ${takenAt === null ? 'une copie plus ancienne' : `une copie de ${takenAt}`}. Les signalements, alertes et actions entre les deux sont perdus.`,
  machineClock: {
    slow: by => `L’horloge de ce poste retarde de ${by} sur celle de Tocsin. ${byTocsin}`,
    fast: by => `L’horloge de ce poste avance de ${by} sur celle de Tocsin. ${byTocsin}`
  },
  clocksUnknown: time =>
    `Tocsin n’a pas dit l’heure des théâtres depuis ${time} : on ne sait pas si l’une est arrêtée.`,
  clockUnset:
    'L’horloge de la machine de Tocsin n’est pas réglée : il n’accepte aucun signalement, et l’heure d’aucun théâtre n’avance.',
  wrongClock: (id, time, standing) =>
    `L’horloge du théâtre ${id} est fausse, à ${time}, ${
      standing === 'behind'
        ? 'après l’horloge de la machine de Tocsin'
        : 'plus d’un mois avant l’horloge de la machine de Tocsin'
    } : elle n’avance pas tant qu’un administrateur ne l’a pas réglée (tocsin theatres set-time ${id}).`,

  missed: {
    title: count =>
      `Pendant que cette page n’était pas en direct : ${plural(count, 'alerte a changé', 'alertes ont changé')}`,
    span: (from, to) => `De ${from} à ${to}.`,
    none: (from, to) =>
      `La page n’était pas en direct de ${from} à ${to}. Aucune alerte n’a changé.`,
    raised: 'Nouvelle',
    changed: 'Modifiée',
    gone: 'Plus en cours',
    more: (count, all) => `Afficher ${number(count)} de plus sur ${number(all)}`,
    again: 'À relire plus tard : le compte rendu de relève depuis lors',
    dismiss: 'J’ai lu'
  },

  queue: {
    count: (shown, all) => (shown === all ? alerts(all) : `${shown} sur ${alerts(all)}`),
    loading: 'la suite arrive',
    notAll: 'toutes ne sont pas connues',
    nothing: {
      'not-live': {
        title: 'Aucune alerte correspondante connue',
        more: 'La page n’est pas en direct : il y en a peut-être.'
      },
      loading: { title: 'Chargement des alertes', more: '' },
      filtered: {
        title: 'Aucune alerte ne correspond',
        more: 'Parmi les alertes de cette liste, aucune ne correspond.'
      },
      quiet: {
        title: 'Aucune alerte en cours',
        more: 'Les nouvelles alertes apparaissent ici d’elles-mêmes.'
      }
    },
    working: 'En direct : ce que les règles trouvent apparaît en quelques secondes.',
    silent: (silent, all) =>
      `${silent} sur ${plural(all, 'source est muette', 'sources sont muettes')}. Une source muette ne veut pas dire une région calme.`,
    seeSources: 'Voir les sources',
    searchAll: 'Chercher aussi dans les alertes closes',
    closed: {
      unknown: () => 'Chargement des alertes closes.',
      failed: () =>
        'Les alertes closes n’ont pas pu être chargées : seules celles closes depuis l’ouverture de cette page sont listées.',
      cut: max =>
        `Les ${max} alertes closes les plus récentes sont ici. Tapez des mots d’un titre pour chercher dans toutes ; un export les a toutes.`
    },
    clear: 'Effacer les filtres',
    pause: 'Pause',
    paused: time => `en pause à ${time} : aucune ligne ne bouge`,
    waiting: (count, worst) =>
      `${plural(count, 'nouvelle alerte', 'nouvelles alertes')}${worst === null ? '' : `, au plus ${worst}`} : afficher`,
    waitingGone: count =>
      `${plural(count, 'changement d’ordre', 'changements d’ordre')} : afficher`,
    parts: count => plural(count, 'partie', 'parties'),
    moreParts: (count, counts) =>
      `${plural(count, 'partie de plus', 'parties de plus')} : ${counts}`,
    partsOf: headline => `de ${headline}`,
    drill: 'Exercice',
    oldNews: 'fait ancien',
    describes: 'ne prévient personne'
  },

  filters: {
    title: 'Filtres',
    open: 'Filtrer',
    search: 'Rechercher',
    searchHint: 'Titre, lieu, règle, personne',
    sort: 'Trier',
    sorts: {
      grave: 'Tri : gravité',
      waiting: 'Tri : gravité, puis ancienneté',
      newest: 'Tri : dernier changement',
      oldest: 'Tri : ancienneté',
      place: 'Tri : lieu'
    },
    severity: 'Gravité',
    openOnes: 'en cours',
    status: 'État',
    statuses: { open: 'En cours', closed: 'Closes et annulées', all: 'Toutes' },
    facets: {
      country: 'Pays',
      admin1: 'Région',
      pattern: 'Règle',
      owner: 'Responsable',
      certainty: 'Certitude',
      theatre: 'Théâtre'
    },
    byName: {
      filter: 'Alertes visées',
      filterHint: 'Rien de choisi : toutes.',
      severity: 'Gravité',
      minSeverity: 'Gravité',
      country: 'Pays',
      admin1: 'Région',
      category: 'Catégorie',
      pattern: 'Motif de règle',
      ruleId: 'Règle',
      certainty: 'Certitude',
      theatre: 'Théâtre'
    },
    least: severity => `${severity} et plus`,
    owners: { nobody: 'Sans responsable', me: 'Vous' },
    not: value => `sauf ${value}`,
    notHint: 'Appuyer une seconde fois sur une case veut dire « sauf ».',
    show: count => `Afficher ${alerts(count)}`,
    state: 'Suivi',
    within: 'Dernier changement',
    anyTime: 'À tout moment',
    withins: { '1h': 'dans la dernière heure', '6h': 'en 6 heures', '24h': 'en 24 heures' },
    quiet: 'Faits anciens',
    drills: 'Exercices',
    active: (name, value) => `${name} : ${value}`,
    without: what => `Sans : ${what}`,
    activeOnes: 'Filtres actifs',
    drop: what => `Retirer ce filtre : ${what}`
  },

  severities: { extreme: 'extrême', severe: 'grave', moderate: 'modérée', minor: 'mineure' },
  statuses: {
    provisional: 'Provisoire',
    confirmed: 'Confirmée',
    retracted: 'Annulée',
    resolved: 'Close'
  },
  certainties: {
    observed: 'observée',
    likely: 'probable',
    possible: 'possible',
    unlikely: 'peu probable',
    unknown: 'inconnue'
  },
  handlings: {
    public: 'publique',
    partners: 'partenaires',
    internal: 'interne',
    restricted: 'restreinte'
  },
  dispositions: {
    true: 'Avérée',
    'false-alarm': 'Fausse alerte',
    duplicate: 'Doublon',
    drill: 'Exercice'
  },
  assignedToName: name => `Attribuée à ${name}`,
  events: {
    raised: 'Émise',
    revised: 'Révisée',
    confirmed: 'Confirmée',
    escalated: 'Aggravée',
    resolved: 'Close',
    reopened: 'Rouverte',
    retracted: 'Annulée',
    acknowledged: 'Prise en compte',
    'acknowledgement-lapsed': 'Prise en compte expirée',
    assigned: 'Attribuée',
    'given-back': 'Libérée',
    commented: 'Commentaire',
    responded: 'Suite consignée',
    'response-corrected': 'Suite corrigée',
    'response-withdrawn': 'Suite retirée',
    answered: 'Un partenaire s’en charge',
    'answered-done': 'Un partenaire a dit ce qui est fait',
    'action-refused': 'Action refusée',
    'left-view': 'Sortie de votre vue'
  },

  history: {
    title: 'Historique',
    more: count => plural(count, 'entrée de plus', 'entrées de plus'),
    earlier: count =>
      plural(count, 'entrée antérieure non chargée', 'entrées antérieures non chargées'),
    unknownChange: 'Ce qui a changé n’est pas connu : l’entrée précédente n’est pas chargée.',
    regrouped: 'Regroupée. Le contenu n’a pas changé.',
    revisions: (first, last) =>
      first === last ? `Révision ${first}` : `Révisions ${first} à ${last}`,
    by: name => `par ${name}`,
    headline: 'titre',
    severity: 'gravité',
    status: 'état',
    certainty: 'certitude',
    evidence: 'éléments',
    deaths: 'morts',
    time: 'dates',
    where: 'lieu',
    taken: 'responsable',
    done: 'suite donnée',
    levels: 'niveaux',
    handling: 'diffusion',
    threshold: 'seuil',
    rule: 'règle',
    ruleIn: (id, version) => `${id}, version ${version}`,
    partOf: 'partie de',
    nothing: 'rien',
    otherPieces: count => `${count}, dont d’autres`,
    explanation: 'motif',
    levelsCame: 'nouveaux niveaux',
    levelsWent: 'niveaux quittés',
    came: 'nouveaux éléments',
    went: 'éléments retirés'
  },

  acts: {
    title: 'Agir',
    note: 'Note pour les autres officiers (facultatif)',
    readers: 'Visible pour',
    acknowledge: 'Prendre en compte',
    acknowledgeUntil: 'Prendre en compte jusqu’à…',
    untilEscalates: 'Prendre en compte jusqu’à aggravation',
    untilEscalatesHint: 'Hors de votre liste jusqu’à ce qu’elle s’aggrave.',
    takeOver: 'Reprendre',
    cancel: 'Annuler',
    otherHasIt: (holder, ago) => `Responsable : ${holder}${ago === '' ? '' : `, ${ago}`}.`,
    until: 'jusqu’à',
    untils: {
      none: 'aggravation',
      '30': '30 minutes',
      '60': '1 heure',
      '240': '4 heures',
      '480': '8 heures'
    },
    untilClock: 'une heure précise',
    clockMissing: 'par exemple 06:00',
    takenAway: {
      title: count =>
        count === 1
          ? 'Une alerte a changé de responsable'
          : `${count} alertes ont changé de responsable`,
      assigned: by => `${by} vous l’a attribuée.`,
      taken: by => `${by} l’a reprise.`,
      given: (holder, by) => `${by} l’a attribuée à ${holder}.`,
      givenBack: by => `${by} l’a libérée : elle est sans responsable.`
    },
    assign: 'Attribuer',
    assignTo: 'Attribuer à',
    assignOther: 'un autre nom ou bureau…',
    assignName: 'Nom',
    nobodyOfName: name => `Aucun officier nommé « ${name} » n’est connu. Vérifiez le nom.`,
    assignedCalls: 'Attribuer n’arrête pas les appels. Prendre en compte les arrête.',
    response: 'Suite',
    comment: 'Commenter',
    commentText: 'Commentaire',
    resolve: 'Clore',
    disposition: 'Conclusion',
    reopen: 'Rouvrir',
    reopenNot: 'La situation est terminée. Un nouveau signalement qui la ramène rouvre l’alerte.',
    silenceHour: 'Sourdine 1 h',
    silenceReason: 'Mise en sourdine depuis l’alerte.',
    silences: (count, names) =>
      count === 0
        ? 'Cette alerte. Aucun webhook que vous voyez ne la reçoit.'
        : `Cette alerte, vers ${plural(count, 'webhook', 'webhooks')} : ${names}.`,
    silenceAgain: 'Mettez-la de nouveau en sourdine telle qu’elle est maintenant.',
    silenceExtreme: 'Pas en une pression pour une alerte extrême.',
    silenced: time => `En sourdine jusqu’à ${time}.`,
    done: {
      acknowledgement: 'Prise en compte par vous.',
      assignment: 'Attribuée.',
      'give-back': 'Libérée : elle est sans responsable.',
      response: 'Suite consignée.',
      comment: 'Commentaire enregistré.',
      resolution: 'Close.',
      reopening: 'Rouverte.'
    },
    giveBack: 'Libérer : sans responsable',
    pending: 'Enregistré, pas encore décidé. Le résultat apparaîtra ici.',
    reasons: {
      'unknown-alert': 'Cette alerte n’existe pas.',
      'stale-revision': 'L’alerte avait changé.',
      'alert-closed': 'L’alerte était déjà close.',
      invalid: 'Tocsin ne l’accepte pas.',
      'another-came-first': 'Une autre déclaration est venue avant.',
      'too-many-declared': 'Trop de déclarations existent déjà.'
    },
    cameFirst: (name, time) => `${name} était avant vous${time === null ? '' : `, à ${time}`}.`,
    conflict: detail =>
      `Refusé : ${detail} Votre saisie est gardée ; l’alerte ci-dessous est dans son état actuel.`,
    unreachable:
      'Tocsin est injoignable. On ne sait pas si cela a pris effet : attendez que la page soit en direct, et vérifiez. Votre saisie est gardée.',
    notAllowed: 'Votre clé permet de lire les alertes, pas d’agir.',
    notOfThen: 'Vous voyez une version antérieure. Revenez à maintenant pour agir.',
    backToNow: 'Revenir à maintenant'
  },
  responses: {
    title: 'Suites données',
    kind: 'Ce qui a été fait',
    choose: 'choisir…',
    kinds: {
      warned: 'La population a été avertie',
      moved: 'Des personnes ont été déplacées',
      sent: 'Quelqu’un a été envoyé',
      other: 'Autre chose a été fait',
      none: 'Décision de ne pas agir'
    },
    doneAt: 'Fait à (UTC)',
    doneAtHint: 'vide : maintenant',
    asItWas: 'vide : inchangé',
    correct: 'Corriger',
    corrects: (kind, time) => `Corrige : ${kind}, ${time}`,
    keep: 'Laisser tel quel',
    withdraw: 'Cela n’a pas été fait : retirer',
    whyWithdrawn: 'Pourquoi la retirer (facultatif)',
    correctedFrom: 'corrigée',
    text: 'En quelques mots (facultatif)',
    whyNot: 'Pourquoi rien n’est fait (obligatoire)',
    nothing: 'rien de consigné',
    last: (kind, time, count) =>
      `${kind}, ${time}${count === 1 ? '' : ` (la dernière de ${count})`}`,
    after: age => `${age} après l’émission`,
    before: age => `${age} avant l’émission`,
    atOnce: 'à l’émission',
    recorded: time => `consignée ${time}`,
    someOfficer: 'un officier',
    more: count =>
      count === 1 ? 'Une autre n’est pas listée ici.' : `${count} autres ne sont pas listées ici.`,
    short: {
      warned: 'population avertie',
      moved: 'personnes déplacées',
      sent: 'quelqu’un envoyé',
      other: 'autre suite',
      none: 'décision de ne pas agir'
    },
    row: (holder, done) => `${holder} · ${done}`
  },

  holder: {
    nobody: 'sans responsable',
    nobodyAlone: 'Personne',
    with: name => `attribuée à ${name}`,
    acknowledged: name => `prise en compte par ${name}`,
    acknowledgedUntil: (name, time) => `prise en compte par ${name} jusqu’à ${time}`,
    ago: age => (age === null ? 'à l’instant' : `il y a ${age}`)
  },

  deaths: {
    unknown: 'pas connu',
    range: (low, high) => `${low} à ${high}`,
    atLeast: low => `au moins ${low}`,
    atMost: high => `au plus ${high}`,
    about: (best, range) => (range === '' ? `environ ${best}` : `environ ${best} (${range})`)
  },

  place: {
    unknown: 'lieu inconnu',
    more: count => `et ${count} de plus`,
    oneOf: km => `un lieu parmi plusieurs, à ${km} km près`,
    within: km => `± ${km} km`,
    notFound: 'pas trouvé',
    outsideCountry: 'coordonnées loin hors du pays indiqué',
    outsideArea: 'coordonnées loin hors de cette région',
    mayBe: places => `peut-être ${places}`,
    alsoAt: places => `aussi à ${places}`,
    or: ' ; ou '
  },

  time: {
    now: '< 1 min',
    months: n => `${n} mois`,
    withAge: (time, age) => `${time} (il y a ${age})`,
    since: day => `depuis le ${day}`,
    span: (from, to) => `du ${from} au ${to}`,
    there: time => `${time} sur place`,
    severalZones: 'heure locale inconnue : plusieurs fuseaux',
    late: (report, event) =>
      `${report} après le premier signalement, ${event} après le début des faits`,
    units: {
      seconds: n => `${n} s`,
      minutes: n => `${n} min`,
      hours: (hours, minutes) => (minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`),
      days: (days, hours) => (hours === 0 ? `${days} j` : `${days} j ${hours} h`)
    },
    replay: (id, time) => `${id} (rejeu) : ${time}`
  },

  help: {
    open: 'Commandes et touches',
    field: 'Commande, vue ou alerte',
    hint: '↑ ↓ choisir, Entrée exécuter, Échap fermer',
    count: count => plural(count, 'résultat', 'résultats'),
    none: 'Aucun résultat.',
    close: 'Fermer',
    groups: { actions: 'Actions', views: 'Vues', alerts: 'Alertes' },
    actions: {
      a: 'Prendre en compte',
      s: 'Attribuer',
      r: 'Donner suite',
      c: 'Commenter',
      e: 'Clore',
      o: 'Rouvrir',
      j: 'Alerte suivante',
      k: 'Alerte précédente',
      ArrowRight: 'Afficher les parties',
      ArrowLeft: 'Masquer les parties',
      x: 'Sélectionner l’alerte',
      X: 'Sélectionner toutes jusqu’à l’alerte',
      '/': 'Rechercher dans la liste',
      f: 'Filtrer la liste',
      n: 'Afficher les nouvelles alertes',
      p: 'Mettre la liste en pause, et reprendre'
    },
    keyNames: { ArrowRight: '→', ArrowLeft: '←', X: 'Maj X' },
    look: look => `Apparence : ${look}`,
    singleKeys: 'Les touches seules agissent (désactiver pour la dictée vocale)'
  },
  say: {
    raised: (severity, headline) => `Nouvelle : ${severity} : ${headline}`,
    changed: (severity, headline) => `Modifiée : ${severity} : ${headline}`,
    many: (raised, changed, severity, headline) =>
      `${[
        ...(raised === 0 ? [] : [plural(raised, 'nouvelle alerte', 'nouvelles alertes')]),
        ...(changed === 0 ? [] : [plural(changed, 'alerte modifiée', 'alertes modifiées')])
      ].join(', ')}. Au plus ${severity} : ${headline}`
  }
}
