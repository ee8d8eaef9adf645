// Words of the view of imports, in French.

import type { part as english } from '../en/import.ts'
import { type Catalogue, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')

export const part: Catalogue<typeof english> = {
  importing: {
    lead: 'Signalements d’un fichier : tableau, CAP, GeoJSON, KML ou lignes de signalements. Il est d’abord essayé, ce qui n’écrit rien. Au plus 10 000 lignes à la fois : la ligne de commande (tocsin import) prend des fichiers de toute longueur.',
    file: 'Fichier',
    fileHint: 'Ce peut être un classeur (.xlsx), compressé ou non par gzip ou zstd.',
    format: 'Format',
    formats: {
      csv: 'Un tableau, selon une correspondance de ses colonnes',
      'ucdp-ged': 'UCDP GED',
      acled: 'ACLED',
      gdelt: 'Événements GDELT',
      cap: 'Alertes CAP',
      geojson: 'GeoJSON',
      kml: 'KML, selon une correspondance',
      ndjson: 'Un signalement par ligne'
    },
    mapping: 'Correspondance',
    ownMapping: 'Ma propre correspondance',
    ownMappingHint: 'YAML ou JSON : quelle colonne dit quoi.',
    reportedAt: 'Publié le',
    reportedAtHint:
      'Quand cette édition a été connue, pour les fichiers dont les lignes ne le disent pas.',
    encoding: 'Encodage',
    unreadable: 'le fichier a été modifié ou déplacé depuis. Choisissez-le de nouveau.',
    try: 'Essayer',
    tried: (rows, accepted) =>
      `${plural(rows, 'ligne lue', 'lignes lues')}, ${plural(accepted, 'serait acceptée', 'seraient acceptées')}. Rien n’est encore envoyé.`,
    found: 'Ce qu’il deviendrait',
    accepted: 'Acceptées',
    refused: 'Refusées',
    duplicates: 'Déjà connues',
    staysWithdrawn: 'Retirées auparavant, définitivement',
    withdrawals: 'Retraits',
    leftOut: 'Laissées de côté, pas de signalement',
    occurred: 'Jours',
    categories: 'Catégories',
    countries: 'Pays',
    places: 'Lieux',
    placeNames: {
      stated: 'par coordonnées',
      gazetteer: 'par nom',
      ambiguous: 'plusieurs de ce nom',
      unresolved: 'inconnu',
      contradicting: 'hors de leur pays'
    },
    warning: (count, what) => `${plural(count, 'ligne', 'lignes')} : ${what}.`,
    warnings: {
      'area-unknown': 'la région est inconnue, les coordonnées décident',
      'country-differs': 'le point est dans un autre pays qu’indiqué, les coordonnées décident',
      'no-date-of-knowledge':
        'il n’est pas dit quand c’était connu, cela compte comme signalé maintenant',
      'edition-undated': 'd’une autre édition, sans que l’on sache laquelle est la dernière',
      'deaths-widened': 'nombres de morts en désordre, l’intervalle a été élargi',
      'chain-unknown': 'la première alerte de sa chaîne n’est pas dans le fichier',
      'onset-ahead': 'commence après son envoi, compte dès l’envoi',
      'no-id': 'pas d’identifiant, une ligne corrigée est un autre signalement',
      cut: 'un texte ou une liste était trop long et a été coupé'
    },
    broken: why => `Le fichier n’a pas pu être lu jusqu’au bout : ${why}`,
    refusedRows: 'Lignes refusées',
    noneRefused: 'Aucune ligne n’est refusée.',
    first: count => `Les ${count.toLocaleString('fr')} premières sont listées.`,
    row: row => `Ligne ${row.toLocaleString('fr')}`,
    send: (reports, withdrawals) =>
      `Envoyer ${plural(reports, 'signalement', 'signalements')}${withdrawals === 0 ? '' : `, ${plural(withdrawals, 'retrait', 'retraits')}`}`,
    goOn: count => `Envoyer les ${count.toLocaleString('fr')} autres`,
    sendMeans:
      'Ils sont envoyés comme historique : ils n’appellent personne. Si la liaison se rompt, envoyez de nouveau : ce qui est gardé ne l’est pas deux fois.',
    progress: (lines, count) =>
      `${lines.toLocaleString('fr')} sur ${count.toLocaleString('fr')} envoyés`,
    sent: (accepted, duplicates, withdrawn, refused) =>
      `${plural(accepted, 'signalement gardé', 'signalements gardés')}, ${plural(duplicates, 'déjà connu', 'déjà connus')}${withdrawn === 0 ? '' : `, ${plural(withdrawn, 'retiré', 'retirés')}`}, ${plural(refused, 'refusé', 'refusés')}.`
  }
}
