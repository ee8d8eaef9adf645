// Words of what opens by a press over the list, in French: an alert, the wall, splits and merges of
// incidents.

import type { part as english } from '../en/alert.ts'
import { type Catalogue, capital, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')
const rate = (perYear: number): string =>
  `${perYear.toLocaleString('fr', { maximumFractionDigits: 1 })} par an`

export const part: Catalogue<typeof english> = {
  alert: {
    label: 'L’alerte choisie',
    gone: 'Vous ne voyez plus cette alerte.',
    failed:
      'Le détail n’a pas pu être chargé. Nouvel essai en cours ; la liste dit ce qui est connu.',
    loading: 'Chargement du détail…',
    back: 'Retour à la liste',
    previous: 'Alerte précédente',
    next: 'Alerte suivante',
    print: 'Imprimer',

    sources: count => plural(count, 'source indépendante', 'sources indépendantes'),
    sureOf: (status, sources) => `${status} : ${sources}`,
    revision: number => `Révision ${number}`,
    judged: (disposition, by, time) =>
      `Close ${time}${by === '' ? '' : ` par ${by}`} : ${disposition.toLowerCase()}`,
    ended: (status, time, reason) =>
      `${status} ${time}${reason === '' ? '' : ` : ${reason}`}`.trimStart(),
    judgedTitle: disposition => `Conclusion : ${disposition.toLowerCase()}`,
    judgedBy: (by, time) => `${by}, ${time}.`,

    where: 'Où',
    within: km => `à ${km} km près`,
    since: 'Depuis',
    lasted: age => `${age}, toujours en cours`,
    lastedUntil: to => `au ${to}`,
    deaths: 'Morts',
    noFigure: count =>
      `${plural(count, 'incident ne donne', 'incidents ne donnent')} pas de nombre`,
    notAcknowledged: 'à prendre en compte',
    acknowledgedAfter: (by, age) => `prise en compte par ${by} ${age}`,
    paged: (count, since) =>
      count === 1 ? `Un appel, ${since}` : `${count} appels depuis ${since}`,

    newSince: 'Nouveau depuis votre dernier passage',
    newIn: revision => `Nouveau dans la révision ${revision}`,
    revisions: count => plural(count, 'révision', 'révisions'),
    nothingNew: time => `Rien de nouveau. Le contenu a changé pour la dernière fois ${time}.`,
    asRaised: 'Rien n’a changé depuis l’émission.',

    why: 'Pourquoi',
    whyRaised: 'émise',
    enough: (value, name, threshold) =>
      `${value} ${name} ; ${threshold} ${threshold === '1' ? 'suffit' : 'suffisent'}`,
    threshold: value => `Seuil ${value}`,
    usual: value => `Habituel ${value}`,
    level: value => `Niveau ${value}`,
    earlierLevels: count => plural(count, 'niveau antérieur', 'niveaux antérieurs'),
    reachedOn: day => `atteint le ${day}`,
    ends: text => `Fin : ${text}`,
    inFull: 'Comment la règle compte',
    falseAlarmsPerYear: count =>
      `Aussi rare par hasard ${
        count < 0.05
          ? 'que moins d’une fois en 20 ans'
          : count < 1
            ? `qu’une fois en ${(1 / count).toLocaleString('fr', { maximumSignificantDigits: 2 })} ans`
            : `que ${count} fois par an`
      } dans ce théâtre.`,

    picture: {
      titles: {
        1: where => `Incidents par jour : ${where}`,
        7: where => `Incidents par semaine : ${where}`,
        30: where => `Incidents en 30 jours : ${where}`
      },
      spans: { 90: '90 jours', 365: '1 an', 0: 'Tout' },
      span: 'Durée affichée',
      openArea: 'Ouvrir cette zone',
      until: day => `au ${day}`,
      none: 'Aucun incident signalé. Les signalements manquent peut-être.',
      notAll: count => `les ${count.toLocaleString('fr')} plus récents de la région`,
      unsure: 'Jour incertain',
      levels: 'Niveaux',
      attacksIn: days => `attaques en ${days} jours`,
      running: name => `${capital(name)}, comme la règle compte`,
      described: (where, from, to, all, most) =>
        `${where} : ${plural(all, 'incident', 'incidents')} du ${from} au ${to}${most}.`,
      most: (count, day) => `, au plus ${count} à la fois, le ${day}`,
      reached: levels => ` Niveaux : ${levels}.`,
      severities: lanes => ` Gravité : ${lanes}.`,
      from: (what, day) => `${what} depuis le ${day}`
    },

    people: 'Personnes',
    onShift: 'De veille',
    nobodyOnShift: 'personne',
    notified: 'Prévenus',
    seenBelow: {
      public: 'Le public voit',
      partners: 'Les partenaires voient',
      internal: 'En interne, on voit'
    },
    evidenceBelow: (seen, all) =>
      seen === all ? 'tous les incidents' : `${seen} sur ${plural(all, 'incident', 'incidents')}`,
    noAlertBelow: 'pas d’alerte',
    otherAlertBelow: status => `${status}, comme une autre alerte`,
    handling: 'Diffusion',

    story: 'Fait partie de',
    parts: count => plural(count, 'partie', 'parties'),
    ruleVersion: version => `version ${version}`,
    raisedAt: 'Émise le',

    knownLost:
      'La version antérieure n’est plus chargée. Voici l’alerte telle que connue maintenant.',
    knownThen: time => `Vous voyez l’alerte telle que connue à ${time}.`,
    showThen: 'Telle que connue alors',
    showThenOf: revision => `Telle que connue alors : révision ${revision}`,
    onPaper: (handling, known) => `Diffusion : ${handling}. Telle que connue à ${known}.`,
    notKnownWhen: 'un moment inconnu'
  },
  onMap: {
    mark: 'Repérer',
    knownThen: (named, total, at) =>
      `Tels que connus à ${at} : ${named === total ? plural(total, 'élément', 'éléments') : `${named} sur ${plural(total, 'élément', 'éléments')}, ceux qui étaient nommés`}. Chacun est décrit tel que connu maintenant.`,
    mayBe: which =>
      `Peut-être le même fait que : ${which}. Les morts comptent une fois, et deux fois dans l’estimation la plus haute.`,
    notShown: count =>
      count === 1
        ? 'un qui n’est pas affiché ici'
        : `un de ${count.toLocaleString('fr')} qui ne sont pas affichés ici`,
    inCrowd:
      'Dans une foule : parmi tant de signalements d’un même lieu et moment, on ne peut dire lesquels sont du même fait.',
    narrative: source => `Texte du signalement de ${source}`,
    shapes: {
      ring: 'Anneau : le lieu assiégé.',
      cluster: 'Contour tireté : le groupe de ses faits.'
    }
  },
  evidence: {
    title: 'Éléments',
    count: count => plural(count, 'incident', 'incidents'),
    shown: count => `les ${count} plus récents`,
    sources: count => plural(count, 'source', 'sources'),
    trigger: 'déclencheur',
    support: 'en appui seulement',
    withdrawn: 'retiré',
    isNew: 'nouveau',
    incident: id => `Incident ${id}`,
    deaths: words => `morts : ${words}`,
    reportedAt: 'signalé',
    credibility: (grade, meaning) => `crédibilité ${grade}, ${meaning}`,
    credibilities: [
      'confirmé',
      'probablement vrai',
      'peut-être vrai',
      'douteux',
      'improbable',
      'ne peut être jugé'
    ],
    more: 'Signalements et changements',
    all: count => `Afficher les ${count}`,
    omitted: count => `et ${count} de plus, comptés mais pas listés`,
    lost: count =>
      `${count} inconnus jusqu’à ce que l’alerte change : le journal a perdu de ses événements`
  },
  incidentActs: {
    split: 'Scinder…',
    merge: 'Fusionner…',
    splitWhat: what => `Scinder : ${what}`,
    mergeWhat: what => `Fusionner : ${what}`,
    splitTitle: 'Scinder cet incident',
    splitLead:
      'Choisissez les signalements d’un autre fait. Au moins un reste. Les alertes sont recalculées aussitôt.',
    leaving: 'Signalements qui partent',
    mergeTitle: 'Fusionner cet incident avec un autre',
    mergeLead:
      'Les deux deviennent un seul fait, avec les signalements des deux, compté une fois. Les alertes sont recalculées aussitôt.',
    other: 'L’autre incident',
    choose: 'Choisir',
    noOther:
      'Aucun autre fait de cette alerte ne peut être le même : deux signalements d’une source ne sont jamais le même fait.',
    note: 'Note',
    readers: 'Qui peut lire votre nom et la note',
    declare: { split: 'Scinder', merge: 'Fusionner' },
    declareAfter: { split: 'Scinder quand même', merge: 'Fusionner quand même' },
    asking: 'Envoi…',
    done: {
      split: 'Scindé. Les alertes sont recalculées.',
      merge: 'Fusionné. Les alertes sont recalculées.'
    },
    conflict: detail => `Pas fait : ${detail} Regardez de nouveau ; votre saisie est gardée.`
  },
  told: {
    noneInReach: 'Envoyée à aucun webhook visible pour vous.',
    unnamed: 'un partenaire dont la clé n’existe plus',
    states: {
      accepted: 'remise',
      waiting: 'en attente',
      held: 'retenue',
      'not-accepted': 'pas remise',
      'not-sent': 'pas envoyée'
    },
    summary: (having, all) =>
      having === all
        ? `${plural(all, 'webhook', 'webhooks')}, remise`
        : `${plural(all, 'webhook', 'webhooks')}, remise à ${having}`,
    notNotified: count =>
      count === 1
        ? '1 webhook non prévenu'
        : `${plural(count, 'webhook', 'webhooks')} non prévenus`,
    causes: {
      view: 'ne peut pas voir cette alerte',
      'before-subscription': 'créé après l’alerte',
      drill: 'ne veut pas d’exercices',
      filter: 'son filtre ne correspond pas',
      quiet: 'l’alerte n’appelle personne',
      'not-authorized': 'sa clé ne peut plus recevoir d’alertes',
      unconfirmed: 'son adresse n’a pas consenti',
      disabled: 'désactivé',
      ended: 'terminé',
      'not-yet': 'sera prévenu',
      'earlier-settings': 'ses réglages d’alors ne correspondaient pas',
      forgotten: 'la trace n’est plus gardée'
    },
    silenced: 'en sourdine',
    heldBySilence: 'Retenue par une sourdine jusqu’à',
    madeBy: 'créée par',
    heldUntold: 'Retenue. Vous ne pouvez pas voir par quoi.',
    openSilence: 'Ouvrir la sourdine',
    silencedUntil: 'En sourdine jusqu’à',
    silencedFrom: 'Les mises à jour sont retenues pour :',
    silencedMore: count =>
      `${plural(count, 'sourdine de plus la retient', 'sourdines de plus la retiennent')} : voir toutes les sourdines`,
    since: 'attend depuis',
    reminded: count =>
      count === 1 ? 'un rappel, à' : `${plural(count, 'rappel', 'rappels')}, le dernier à`,
    newestReminder: state => {
      if (state === 'pending') return ' (pas encore remis)'
      return state === 'given-up' || state === 'gone' ? ' (pas remis)' : ''
    },
    deliveryStates: {
      pending: 'en attente',
      delivered: 'remise',
      parked: 'mise de côté',
      superseded: 'sautée : un état plus récent est parti à la place',
      expired: 'sautée : l’alerte a commencé et fini pendant une panne',
      lapsed: 'expirée : pas remise à temps ; le flux l’a',
      'left-out': 'écartée : le filtre n’en veut plus',
      muted: 'jamais envoyée selon sa politique'
    },
    holds: {
      silenced: 'une sourdine la couvre',
      'off-watch': 'la veille en cours ne le nomme pas',
      answered: 'quelqu’un a pris l’alerte en compte',
      'pages-nobody': 'elle n’appelle personne',
      'earlier-line': 'c’est un échelon suivant : les précédents ont le temps de répondre',
      'quiet-hours': 'ce sont ses heures calmes',
      'told-in-story': 'une autre alerte du même ensemble a été envoyée',
      'group-wait': 'les autres du même ensemble sont attendues',
      'update-interval': 'l’alerte a été envoyée il y a peu',
      'below-minimum': 'elle est sous la gravité minimale'
    },
    heldUntil: (reason, time) => `Retenue jusqu’à ${time} : ${reason}.`,
    heldOpen: reason => `Retenue tant que cela dure : ${reason}.`,
    mutes: {
      'ended-unheard': 'elle a commencé et fini avant son tour',
      'endings-unwanted': 'une fin, qui n’est pas voulue',
      'action-refused': 'une action refusée, qui n’est envoyée à personne avec une politique'
    },
    toldInstead: 'Ouvrir l’alerte envoyée',
    notRepeated: 'Pas de rappel.',
    contact: 'Appeler :',
    partnersHaveIt: 'Partenaires',
    answeredEarlier: count => `${count} de plus l’ont dit avant`
  },
  judged: {
    title: 'Fausses alertes, d’après les conclusions',
    none: 'aucune alerte dans la dernière année',
    noneJudged: (raised, since) =>
      `${plural(raised, 'alerte', 'alertes')} depuis le ${since}, aucune jugée à ce jour`,
    judged: (count, judged, raised, since) =>
      `${plural(count, 'fausse alerte', 'fausses alertes')} sur ${plural(judged, 'jugée', 'jugées')} (${plural(raised, 'émise', 'émises')} depuis le ${since})`,
    tooLittle: 'trop peu de conclusions pour dire combien',
    rate,
    atLeast: perYear => `au moins ${rate(perYear)}`,
    expected: perYear => `attendu ${rate(perYear)}`,
    inTheatre: (theatre, said) => `${theatre} : ${said}`
  },
  wall: {
    unacknowledged: 'à prendre en compte',
    longest: age => `la plus ancienne ${age}`,
    none: 'toutes ont un responsable',
    extreme: 'extrêmes',
    unassigned: n => `${n.toLocaleString('fr')} sans responsable`,
    fresh: 'nouvelles en',
    inADay: '24 heures',
    changes: 'Derniers changements',
    became: what => `${capital(what)} : `,
    isNew: 'nouvelle',
    graver: (before, after) => `${capital(before)} → ${capital(after)} : `,
    live: '● En direct',
    notLive: '○ Pas en direct',
    silent: (n, all) => `${plural(n, 'source muette', 'sources muettes')} sur ${all}`
  }
}
