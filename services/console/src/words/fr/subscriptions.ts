// Words of the view of webhook subscriptions, their policies and deliveries, in French.

import type { part as english } from '../en/subscriptions.ts'
import { type Catalogue, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')

export const part: Catalogue<typeof english> = {
  subscriptions: {
    lead: 'Points de réception des partenaires, auxquels les alertes sont envoyées, signées, jusqu’à leur remise.',
    none: 'Aucun abonnement.',
    create: 'Nouvel abonnement',
    back: 'Tous les abonnements',
    open: 'Envois et réglages',
    gone: 'Cet abonnement n’existe pas, ou n’est pas le vôtre.',
    states: {
      active: 'actif',
      failing: 'en échec : premiers nouveaux essais',
      down: 'en panne : sondé toutes les quelques minutes',
      parked: 'mis de côté : sondé chaque demi-heure',
      ended: 'parti : il a répondu 410',
      suspended: 'suspendu : la clé qui l’a créé n’est plus valide',
      unconfirmed: 'pas confirmé : le point de réception n’a pas encore dit qu’il le veut',
      disabled: 'en pause : rien n’est envoyé, tout est gardé'
    },
    unconfirmedHow:
      'Un défi est envoyé au point de réception pendant trois jours. Il accepte en répondant 200 à 299 avec le défi pour corps, ou en JSON avec "challenge".',
    asked: (times, answer, until) =>
      `Demandé ${times} fois${answer === null ? '' : `, dernière réponse : ${answer}`}. Demandé jusqu’à ${until}.`,
    wants: 'Envoie',
    everything: 'toute alerte que son auteur peut voir',
    order: 'Ordre',
    orders: {
      'newest-state':
        'L’état le plus récent d’abord : après une panne, ce qui vaut maintenant, en nommant ce que cela remplace',
      strict:
        'Strict : chaque événement aussitôt, sans politique, chacun après la remise du précédent'
    },
    ordersShort: { 'newest-state': 'état le plus récent d’abord', strict: 'strict' },
    lag: 'En attente',
    waiting: count => (count === 0 ? 'rien' : plural(count, 'envoi', 'envois')),
    setAside: 'Mis de côté',
    newest: 'Dernier numéro',
    nothingYet: 'aucun encore',
    lastOutcome: 'Dernier essai',
    contact: 'Contact',
    heartbeat: 'Battement',
    everySeconds: seconds => `toutes les ${plural(seconds, 'seconde', 'secondes')}`,
    notices: 'Envoie aussi',
    noticesShort: { silences: 'sourdines', watches: 'veilles sans personne' },
    digest: 'Bulletin hebdomadaire',
    digestMondays: 'le lundi à 06:00 UTC',
    noticesWords: kinds => kinds.join(' ; '),
    handling: 'Diffusion',
    upTo: handling => `jusqu’à ${handling}`,

    form: {
      change: 'Modifier',
      kind: 'Destination',
      kinds: {
        webhook: 'Webhook',
        slack: 'Slack',
        teams: 'Microsoft Teams',
        telegram: 'Telegram',
        pagerduty: 'PagerDuty',
        email: 'Courriel',
        alertmanager: 'Alertmanager'
      },
      kindHints: {
        webhook: 'Des événements signés vers votre propre point de réception.',
        slack: 'L’adresse d’un webhook entrant.',
        teams: 'L’adresse d’un flux qui publie dans un canal.',
        telegram: 'Un bot membre de la discussion.',
        pagerduty: 'Une intégration de type Events API v2. Un incident par alerte.',
        email: 'Un serveur de courriel avec son identifiant : smtps://user:password@mail.example.',
        alertmanager: 'Les alertes en cours sont renvoyées chaque minute.'
      },
      urlExamples: {
        slack: 'https://hooks.slack.com/services/…',
        teams: 'https://….logic.azure.com/workflows/…',
        email: 'smtps://user:password@mail.example',
        alertmanager: 'https://alertmanager.example'
      },
      destination: {
        token: 'Jeton',
        routingKey: 'Clé d’intégration',
        chat: 'Discussion',
        to: 'Destinataires',
        sender: 'Expéditeur'
      },
      secretKept: 'Vide, l’actuel est gardé.',
      url: 'Adresse',
      urlHint:
        'https, à une adresse publique. Ce qui suit « ? » sert, et n’est plus jamais affiché.',
      urlExample: 'https://partner.example/hook',
      urlKept:
        'Inchangée, l’adresse garde sa partie cachée. Une nouvelle doit être saisie en entier.',
      any: 'toutes',
      types: 'Types d’événements',
      typesHint: 'Rien de choisi : tous.',
      contact: 'Qui contacter en cas de panne',
      heartbeatSeconds: 'Battement, secondes',
      heartbeatSecondsHint:
        'À partir de 60. Avec lui, le récepteur distingue le calme de la panne. Vide : aucun.',
      notices: 'Envoyer aussi',
      noticeKinds: {
        silences: 'Sourdines : l’une retient ses alertes, ne vise rien, est terminée',
        watches:
          'Tableaux de veille de son auteur : personne n’est de veille, quelqu’un l’est de nouveau'
      },
      digest: 'Bulletin hebdomadaire de ses théâtres : maintenant, et le lundi à 06:00 UTC',
      noticesHint:
        'Des événements signés hors de la suite numérotée. Vérifiez d’abord que le récepteur les connaît.',
      create: 'S’abonner',
      save: 'Enregistrer',
      created: 'Abonnement créé. Mettez maintenant le secret ci-dessous en lieu sûr.',
      saved: 'Enregistré.',
      warned: ({ pointer, detail }) =>
        `${pointer === '/policy/watch' ? 'Le tableau de veille de sa politique' : pointer} ${detail}.`
    },
    newer:
      'Cet abonnement a changé depuis l’ouverture du formulaire. Continuer envoie vos modifications par-dessus.',
    secret: 'Secret des signatures.',
    secretMore: overlap =>
      overlap === null
        ? 'Le récepteur vérifie chaque requête avec lui (Standard Webhooks).'
        : `L’ancien secret signe aussi jusqu’à ${overlap}, le temps que le récepteur change.`,

    pause: 'Mettre en pause',
    resume: 'Reprendre',
    paused: 'En pause. Ce qui vient entre-temps attend.',
    resumed: 'Repris. Ce qui attendait part maintenant.',
    oldest: 'Le plus ancien en attente',
    acceptedAt: 'Dernière remise',
    failedAt: 'Dernier échec',
    hour: 'Remis dans la dernière heure',
    day: 'Remis dans le dernier jour',
    share: (accepted, all) =>
      all === 0 ? 'aucun essai' : `${accepted} sur ${plural(all, 'essai', 'essais')}`,
    took: 'Répond en',
    tookMs: (p50, p99) => `${p50} ms ; 99 sur 100 en ${p99} ms`,
    noBody: 'Le journal n’a plus l’événement.',

    test: 'Envoyer un essai',
    testHow: 'Un événement signé, marqué comme exercice, hors de la suite numérotée.',
    testAccepted: (status, ms) =>
      `L’essai a été remis : état ${status} en ${ms} ms. Il est marqué comme exercice.`,
    testRefused: (what, ms) => `L’essai n’a pas été remis : ${what}, après ${ms} ms.`,
    statusWas: status => `état ${status}`,
    rotate: 'Nouveau secret',
    rotateAsk: hours => `L’ancien signe aussi pendant ${hours} heures. En créer un nouveau ?`,
    rotateGo: 'Créer un nouveau secret',
    rotated: 'Un nouveau secret signe désormais.',
    remove: 'Supprimer',
    removeAsk: 'Ce qui attend ne sera plus envoyé. Le supprimer ?',
    removed: 'Supprimé.',

    deliveries: 'Envois',
    noDeliveries: 'Rien n’a encore été envoyé. La prochaine alerte visée le sera.',
    older: 'Plus anciens',
    sequence: sequence => `Envoi ${sequence}`,
    retrying: 'pas encore remis, nouvel essai',
    attempts: count => plural(count, 'essai', 'essais'),
    round: round => `renvoi ${round}`,
    request: 'Requête',
    eventId: 'webhook-id',
    eventType: 'Événement',
    previous: 'Le précédent',
    first: 'aucun : c’est le premier',
    names: 'Nomme comme sautés',
    alert: 'Alerte',
    planned: 'Prévu',
    response: 'Réponse',
    noAnswer: 'pas de réponse',
    answered: (status, ms) => `état ${status} en ${ms} ms`,
    unanswered: ms => `pas de réponse après ${ms} ms`,
    reason: 'Pourquoi pas remis',
    reasons: {
      redirected: 'il renvoie ailleurs, ce qui n’est pas suivi',
      'client-error': 'il a refusé l’événement',
      'rate-limited': 'il demande de ralentir',
      'server-error': 'il a échoué',
      'unexpected-status': 'une réponse qui n’a pas de sens ici',
      timeout: 'pas de réponse à temps',
      dns: 'son nom n’a pas d’adresse',
      connection: 'la connexion a échoué',
      tls: 'son certificat n’est pas valide',
      'address-refused': 'son adresse n’est pas publique',
      protocol: 'la réponse n’était pas du HTTP',
      proxy: 'le mandataire est absent, ou a refusé l’adresse',
      exhausted: 'tous les essais prévus sont épuisés',
      gone: 'il n’en veut plus (410)',
      lapsed: 'pas remis dans le temps où il est gardé'
    },
    nextAt: 'Prochain essai',
    emptyAnswer:
      'Pas de texte : la réponse était vide, ou le point de réception n’a pas accepté de la montrer.',
    details: 'Requête et réponse',
    replayOne: 'Renvoyer',
    replayFailed: 'Renvoyer tout ce qui a échoué',
    replayed: count =>
      count === 0
        ? 'Il n’y avait rien à renvoyer.'
        : `${plural(count, 'envoi sera refait', 'envois seront refaits')}, dans l’ordre.`
  },
  policies: {
    policy: 'Politique',
    telling: 'Quand les alertes sont envoyées',
    tellings: {
      policy:
        'Selon une politique : moins, plus tard ou une fois ; ce qui est retenu part dans son état d’alors',
      each: 'Chaque événement aussitôt'
    },
    leastSeverity: 'Gravité minimale du premier envoi',
    leastSeverityHint:
      'Ensuite, les événements d’une alerte envoyée partent à toute gravité. Sans choix : mineure, donc toutes.',
    groupWaitSeconds: 'Attendre les autres du même ensemble, secondes',
    groupWaitSecondsHint:
      'Combien de temps une nouvelle alerte attend, pour un seul envoi par ensemble. L’extrême n’attend jamais. Vide : 30.',
    updateMinutes: 'Temps minimal entre deux envois d’une alerte, minutes',
    updateMinutesHint: 'Sauf aggravation ou annulation. Vide : 15.',
    stories: 'Alertes d’un même ensemble',
    storyWords: {
      one: 'Comme une seule : tant qu’une alerte envoyée tient, les autres sont retenues, sauf plus graves',
      each: 'Chacune à part'
    },
    unansweredMinutes: 'Seulement si personne n’a pris en compte depuis, minutes',
    unansweredMinutesHint:
      'Appel suivant : envoyée si personne ne l’a prise en compte ni n’y a donné suite, quelle que soit sa gravité. Ce qui n’appelle personne n’est pas envoyé. 0 : aussitôt.',
    repeatMinutes: 'Rappel tant que personne ne prend en compte, toutes les minutes',
    repeatMinutesHint:
      'Ce qui est envoyé et tient est rappelé jusqu’à une prise en compte. 0 : jamais ; sinon au moins le temps entre deux envois.',
    watch: 'Tableau de veille suivi',
    watchHint:
      'Prévenu tant que la veille en cours nomme cet abonnement, et quand personne n’est de veille.',
    noWatch: 'Aucun : envoie toujours',
    unknownWatch: id => `${id} : supprimé, ou pas pour vous`,
    endings: 'Envoyer la fin d’une alerte',
    endingsHint: 'L’annulation de ce qui a été envoyé est toujours envoyée.',
    hasQuietHours: 'Heures calmes',
    hasQuietHoursHint:
      'Seuls l’extrême et les annulations partent à ces heures. Le reste part à leur fin.',
    quietFrom: 'De',
    quietTo: 'À',
    timeZone: 'Fuseau horaire',
    parts: {
      least: severity => `la première à partir de ${severity}`,
      wait: seconds => (seconds === 0 ? 'sans attendre' : `après ${seconds} s pour son ensemble`),
      update: minutes =>
        minutes === 0 ? 'chaque changement' : `les changements toutes les ${minutes} min au plus`,
      one: 'un ensemble comme une seule',
      each: 'chacune d’un ensemble',
      noEndings: 'pas les fins',
      unanswered: minutes => `si personne n’a pris en compte depuis ${minutes} min`,
      repeat: minutes => `rappel toutes les ${minutes} min sans prise en compte`,
      watch: name => `selon la veille ${name}`,
      quiet: (from, to, zone) => `calme de ${from} à ${to} (${zone})`
    },
    held: 'retenu',
    heldBefore: reason => `retenu avant : ${reason}`,
    seeSilences: 'Voir les sourdines',
    repeated: (count, time) =>
      count === 1
        ? `rappel à ${time} : personne n’avait pris en compte`
        : `${count} rappels, le dernier à ${time} : personne n’avait pris en compte`,
    because: reason => `envoyé : ${reason}`,
    sendReasons: {
      first: 'la première de cette alerte',
      graver: 'elle s’est aggravée',
      update: 'elle a changé',
      retracted: 'elle a été annulée',
      ended: 'elle a pris fin',
      repeat: 'personne n’avait pris en compte'
    }
  }
}
