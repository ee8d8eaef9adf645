// Words of the view of rules, in French.

import type { part as english } from '../en/rules.ts'
import { type Catalogue, pluralIn } from '../language/language.ts'

const plural = pluralIn('fr')
const alerts = (count: number): string => plural(count, 'alerte', 'alertes')

export const part: Catalogue<typeof english> = {
  rules: {
    lead: 'Ce qui émet une alerte : des motifs avec leurs paramètres. Une modification est montrée avant de s’appliquer, et vaut pour tout ce qui est gardé.',
    search: 'Rechercher une règle',
    none: 'Aucune règle ne correspond.',
    count: count => plural(count, 'règle', 'règles'),
    create: 'Nouvelle règle',
    back: 'Toutes les règles',
    noRule: 'n’est pas une règle : il faut des membres comme pattern',
    gone: 'Cette règle n’existe pas, ou tourne là où vous ne voyez pas.',
    states: { runs: 'tourne', failing: 'échoue', short: 'voit trop peu', warming: 'apprend' },
    failing: (count, message) =>
      `${plural(count, 'échec', 'échecs')}${message === null ? '' : ` : ${message}`}`,
    failingName: 'Échoue',
    shortName: 'Remonte plus loin que ce qui est gardé dans',
    looseName: 'Lit ce qu’aucune règle ne trouve',
    warmingName: 'Apprend',
    warming: theatres =>
      `Elle compare avec le passé, et ${theatres.join(', ')} n’en a pas encore assez. D’ici là, elle n’y émet rien.`,
    version: 'Version',
    groupBy: 'Séparée aussi par',
    levelsDefault: 'celle du motif',
    headline: 'Titre',
    budgets: 'Budgets, fausses alertes par an',
    budgetsOf: budgets => budgets.map(([theatre, budget]) => `${theatre} : ${budget}`).join(', '),
    everywhere: 'tous les théâtres',
    parameters: 'Paramètres',
    setHere: 'fixé ici',
    howOften: 'Combien d’alertes elle aurait émises : voir l’essai sur le passé.',
    near: {
      title: 'Ce qui a failli la déclencher',
      means:
        'Selon la règle en vigueur : les groupes qui ont l’essentiel du requis, les plus proches d’abord.',
      ask: 'Afficher ce qui a failli la déclencher',
      found: (count, canSay) =>
        canSay
          ? count === 0
            ? 'Rien n’approche.'
            : plural(count, 'groupe proche', 'groupes proches')
          : 'Ce motif ne peut pas le dire.',
      measure: (name, value, threshold) => `${name} ${value} sur ${threshold}`,
      lacks: 'manque',
      drill: 'EXERCICE :',
      seen: (incidents, day) =>
        `${plural(incidents, 'incident', 'incidents')}, le dernier le ${day}`
    },
    versions: {
      title: 'Versions',
      version: (version, by) => `Version ${version}, ${by}`,
      unknown: 'auteur non enregistré',
      published: 'publiée',
      difference: 'Ce qu’elle a changé',
      first: 'Son texte',
      restore: 'Rétablir',
      restored: version =>
        `La version ${version} est dans le texte. Regardez son aperçu, puis publiez-la.`
    },
    mayNot: {
      reads: 'Votre clé peut lire les règles. Les modifier demande le droit « rules:manage ».',
      previews:
        'Votre clé peut modifier, prévisualiser et tester sur le passé. Publier demande l’habilitation « restricted » : un administrateur publie ce que vous demandez.'
    },
    form: {
      title: 'Nom',
      yaml: 'YAML',
      same: 'la même règle',
      completes: 'Ctrl+Espace propose ce qui convient.',
      mendText: 'Le YAML contient une erreur : corrigez-la dans le texte.',
      choose: 'Choisir un motif',
      pattern: 'Motif',
      where: 'Seulement les incidents où',
      whereHint: 'Une condition en CEL, comme country == "ML".',
      severities: 'Gravité de ses niveaux',
      severitiesHint: 'À partir du niveau 1, avec des virgules. Vide : selon le motif.',
      theatres: 'Active dans',
      theatresHint: 'Théâtres, avec des virgules. Vide : tous les théâtres.',
      notify: 'Avis',
      notifies: [
        ['', 'Des personnes sont avisées'],
        ['quiet', 'Personne : ses alertes décrivent']
      ]
    },
    chart: {
      old: 'avant votre dernière modification',
      means:
        'de chaque alerte à son début. Cercle vide : presque déclenchée par la règle en vigueur.',
      label: (count, threshold) =>
        `${plural(count, 'alerte ou quasi-alerte', 'alertes et quasi-alertes')}${threshold === null ? ', chacune avec son seuil' : `, seuil ${threshold}`}`,
      threshold: value => `Seuil ${value}`,
      point: (what, value, day) => `${what} · ${value} · ${day}`
    },
    edit: 'Modifier la règle',
    text: 'La règle, en YAML',
    textHint: 'Les membres absents ont les valeurs du motif.',
    id: 'Identifiant',
    idHint: 'Minuscules, chiffres et traits d’union.',
    idFault: 'L’identifiant n’a que des minuscules, des chiffres et des traits d’union.',
    faulty: 'Refusé : les lignes sont indiquées ci-dessous.',
    preview: 'Afficher ce qui changerait',
    previewing: 'Relecture de tout ce qui est gardé…',
    previewed: 'L’aperçu est prêt.',
    publish: 'Publier',
    previewFirst: 'Une modification se publie après son aperçu.',
    previewAgain:
      'Cet aperçu a quelques minutes, et des signalements sont arrivés : redemandez ce qui changerait, puis publiez.',
    publishing: 'Publication…',
    published: version => `Publiée : version ${version}.`,
    publishedBefore: version =>
      `Publiée : version ${version}, sans ce que vous avez saisi depuis. Votre saisie est gardée.`,
    stale: detail => `Refusé : ${detail} Votre saisie est gardée.`,
    reload: 'Afficher ce qui est en vigueur à la place de ma saisie',
    reset: 'Annuler ma saisie',
    delete: 'Supprimer la règle',
    deleteAsk: 'Ses alertes sont annulées aussi. La supprimer ?',
    deleted: id => `La règle ${id} est supprimée.`,
    diff: 'Ce qui changerait',
    inTheatre: theatre => `Dans ${theatre}`,
    appear: count => `${plural(count, 'alerte apparaîtrait', 'alertes apparaîtraient')}`,
    change: count => `${plural(count, 'alerte changerait', 'alertes changeraient')}`,
    vanish: count => `${plural(count, 'alerte disparaîtrait', 'alertes disparaîtraient')}`,
    same: count => `${plural(count, 'alerte resterait', 'alertes resteraient')} sans changement.`,
    nothing: 'Aucune alerte ne changerait.',
    omitted: count => `et ${count} de plus, pas listées`,
    elsewhere: theatres => `Pas examinés, car d’autres instances les ont : ${theatres}.`,
    was: 'avant',
    onMap: 'Sur la carte',
    kinds: {
      appear: count => `apparaîtraient (${count})`,
      change: count => `changeraient (${count})`,
      vanish: count => `disparaîtraient (${count})`
    },
    mapOf: {
      appear: 'Carte des alertes qui apparaîtraient',
      change: 'Carte des alertes qui changeraient',
      vanish: 'Carte des alertes qui disparaîtraient'
    },
    markWhat: what => `Repérer sur la carte : ${what}`,
    backtest: 'Essayer sur le passé gardé',
    backtesting: 'Essai de la règle sur tout ce qui est gardé…',
    backtested: 'L’essai est prêt.',
    backtestTitle: 'Ce que cette règle aurait émis',
    backtestOfNothing: 'Rien sur quoi l’essayer : aucun signalement n’est gardé.',
    backtestSum: (total, since, perYear) =>
      `${alerts(total)} depuis le ${since}${perYear === null ? '' : ` : environ ${perYear < 10 ? perYear.toLocaleString('fr', { maximumFractionDigits: 1 }) : Math.round(perYear)} par an`}.`,
    backtestMeans:
      'Selon les signalements tels que connus maintenant. Une alerte émise puis annulée n’y est pas : « tocsin backtest » rejoue un fichier dans l’ordre où les faits ont été connus.',
    lateness: (median, p90, most) =>
      `Retard, après le début du premier incident : la moitié en ${median}, neuf sur dix en ${p90}, toutes en ${most}.`,
    lateOne: time => `émise après ${time} au plus`,
    backtestBars: 'Quand elles auraient commencé',
    period: 'Période'
  }
}
