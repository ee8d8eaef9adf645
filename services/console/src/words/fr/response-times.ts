// Words of the report of times to answers, in French.

import type { part as english } from '../en/response-times.ts'
import { type Catalogue, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')

export const part: Catalogue<typeof english> = {
  responseTimes: {
    lead: 'Un appel est une alerte, de son premier appel jusqu’à sa fin. Il compte sous la gravité la plus haute qu’elle a eue.',
    by: 'Par',
    bys: { severity: 'gravité', area: 'région', officer: 'officier', subscriber: 'abonné' },
    from: 'Du jour',
    to: 'Au jour inclus',
    span: 'Jours, en UTC',
    lastDays: count => (count === 365 ? 'Dernière année' : `${count} derniers jours`),
    all: 'Tout',
    csv: 'En CSV',
    none: 'Aucun appel dans ces jours.',
    noneYet: 'Aucun appel encore.',
    noTimes: 'Aucun encore.',
    table: {
      severity: 'Délais par gravité',
      area: 'Délais par région',
      officer: 'Délais par officier',
      subscriber: 'Délais par abonné'
    },
    names: {
      severity: 'Gravité',
      area: 'Région',
      officer: 'Qui a pris en compte',
      subscriber: 'Abonné'
    },
    called: 'Appels',
    count: 'Nombre',
    unacknowledged: 'À prendre en compte',
    inTime: 'À temps',
    allInTime: 'Les trois à temps',
    median: 'Médiane',
    p90: '90 %',
    noTime: 'pas de délai',
    nobody: 'personne',
    measures: { detection: 'Émise', acknowledgement: 'Prise en compte', response: 'Suite' },
    plots: {
      detection: 'Du début des faits à l’appel',
      acknowledgement: 'De l’appel à la prise en compte',
      response: 'De l’appel à la première suite'
    },
    target: time => `objectif ${time}`,
    met: (met, all) =>
      `${met} sur ${plural(all, 'alerte', 'alertes')} : les trois objectifs tenus, émise dans les 7 jours, prise en compte en 1, suite en 7 (7-1-7).`,
    key: 'Point : médiane. Losange : 90 %. Tiret : objectif.',
    most: count => `Les ${count} avec le plus d’appels. Le tableau a tout.`,
    range: (name, median, p90, inTime) => `${name} : médiane ${median}, 90 % en ${p90} ; ${inTime}`,
    nothing: (name, of) => `${name} : aucune sur ${of}`,
    share: (inTime, of) => `${inTime} sur ${of} à temps`,
    pair: (median, p90) => `${median} · ${p90}`,
    areasTwice: 'Une alerte compte dans chacune de ses régions et pays.',
    toSubscribers:
      'Un appel vers un abonné commence quand son point de réception a l’alerte ; il est pris en compte quand un humain y répond.',
    kept: 'Couvre toutes les alertes de ces jours que vous pouvez voir.'
  }
}
