// Answers about rules.

import { severities } from '@tocsin/domain/record/severity'
import { groupKeys } from '@tocsin/domain/record/theatre-record'
import { count, instant, type JsonSchema, listOf, oneOfWords, orNull, pageOf, record, ref, text, truth } from './json-schema.ts'

const parameterValue: JsonSchema = { description: 'Any value of JSON, of the kind that the default has.' }
const severity = oneOfWords(severities)

const measure = record('What was measured.', {
  name: text(),
  value: { type: 'number' },
  threshold: { type: 'number' },
  baseline: orNull({ type: 'number' })
})

const sketch = record('An alert as it would be.', {
  alertId: orNull(text('Null where it would be a new one.')),
  ruleId: text(),
  group: { description: 'What it is about.', type: 'object', additionalProperties: { type: 'string' } },
  headline: text(),
  severity,
  level: { type: 'integer', minimum: 1 },
  window: record('From when to when; null while it goes on.', { from: text(), to: orNull(text()) }),
  measure,
  triggers: count('Incidents that make it.')
})

export const ruleSchemas: Readonly<Record<string, JsonSchema>> = {
  Rule: record(
    'A rule: a pattern with its parameters.',
    {
      ruleId: text(),
      ruleVersion: {
        description: 'Rises with each change; a rule that is declared again after its withdrawal counts on.',
        type: 'integer',
        minimum: 1
      },
      pattern: text(),
      title: text('For people.'),
      parameters: {
        description: 'Those that were given; the rest are the defaults of the pattern.',
        type: 'object',
        additionalProperties: parameterValue
      },
      where: text('A predicate in CEL: other incidents are not looked at.'),
      groupBy: listOf(oneOfWords(groupKeys), 'What splits the groups of the pattern further.'),
      severities: listOf(severity, 'Of the levels 1, 2, and so on.'),
      headline: text('A headline with names in braces.'),
      theatres: listOf(text(), 'The theatres that it belongs to, as far as the key reaches; left out: all.'),
      inForce: listOf(
        record('A parameter with the value that counts.', {
          name: text(),
          value: parameterValue,
          unit: text(),
          meaning: text(),
          source: text('Where the default comes from.')
        }),
        'Every parameter of the pattern.'
      ),
      failing: record(
        'How often `where`, or a step among the parameters, gave no answer about an incident: there it does not hold. Counted by this instance, since it took its theatres up; none for keys below `restricted`, whatever failed.',
        {
          count: count(),
          lastMessage: orNull(text())
        }
      ),
      warming: listOf(
        text(),
        'Theatres of this instance whose past is shorter than the baseline of the rule: there it raises nothing yet.'
      )
    },
    ['title', 'where', 'groupBy', 'severities', 'headline', 'theatres']
  ),
  RuleList: pageOf(ref('Rule'), 'All rules.'),
  NearMissList: record('What comes near to firing.', {
    items: listOf(
      record('Something that did not fire.', {
        theatre: text(),
        group: { description: 'What it is about.', type: 'object', additionalProperties: { type: 'string' } },
        measure,
        lacks: text('What it lacks, in words.'),
        incidents: count('Incidents that count so far.'),
        lastAt: instant('When the last of them ended.')
      })
    ),
    next: { type: 'null' },
    canSay: truth('False where the pattern of the rule can not tell what comes near to it.')
  }),
  RulePreview: record('What a change of rules would do to alerts, in the theatres that this instance folds.', {
    theatres: listOf(
      record('One theatre.', {
        theatre: text(),
        appear: listOf(sketch, 'Alerts that would be raised, or come back.'),
        change: listOf(
          record('An alert that would say something else.', { before: sketch, after: sketch }),
          'Alerts that would be revised, escalated or closed.'
        ),
        vanish: listOf(sketch, 'Alerts that would be retracted.'),
        same: count('Alerts of these rules that would stay as they are.'),
        omitted: count('Differences beyond the limit of each list.')
      })
    ),
    elsewhere: listOf(text(), 'Theatres that another instance folds: ask there.'),
    complete: truth('False where some theatre is folded elsewhere.')
  })
}
