// What is answered about rules.

import { alertMembers } from '@tocsin/contracts/answer/published-schemas'
import {
  buildPage,
  component,
  count,
  instant,
  type JsonSchema,
  listOf,
  nullable,
  part,
  shape,
  text,
  truth,
  words
} from '@tocsin/contracts/format/format'
import { severities } from '@tocsin/contracts/theatre/severity'
import { groupKeys, ruleNotifies } from '@tocsin/contracts/theatre/theatre-record'

const parameterValue: JsonSchema = {
  description: 'Any JSON value of the same type as the default.'
}
const severity = words(severities)

const measure = part('What was measured.', {
  name: text(),
  value: { type: 'number' },
  threshold: { type: 'number' },
  baseline: nullable({ type: 'number' })
})

const { area } = alertMembers

const sketch = part(
  'A previewed alert.',
  {
    alertId: nullable(text('Null for a new one.')),
    ruleId: text(),
    pattern: nullable(text('Of the rule that finds it; null if that is not in force any more.')),
    group: {
      description: 'The group that it is about.',
      type: 'object',
      additionalProperties: { type: 'string' }
    },
    headline: text(),
    drill: truth('Present for an exercise.'),
    severity,
    level: { type: 'integer', minimum: 1 },
    area: area as JsonSchema,
    window: part('Its window; `to` is null while it is open.', {
      from: text(),
      to: nullable(text())
    }),
    measure,
    triggers: count('Number of triggering incidents.'),
    lateSeconds: count(
      'From the start of its first triggering incident until it could be published, s.'
    )
  },
  ['drill']
)

export const ruleSchema = shape(
  'Rule',
  'A rule: a pattern with its parameters.',
  {
    ruleId: text(),
    ruleVersion: {
      description: 'Increases with each change, also over a deletion.',
      type: 'integer',
      minimum: 1
    },
    pattern: text(),
    title: text('For people.'),
    parameters: {
      description: 'Explicitly set parameters; the others have the defaults of the pattern.',
      type: 'object',
      additionalProperties: parameterValue
    },
    where: text('A predicate in CEL; incidents that do not match are ignored.'),
    groupBy: listOf(words(groupKeys), 'Attributes that split the groups further.'),
    severities: listOf(severity, 'Severities of the levels 1, 2 and so on.'),
    headline: text('A headline template with names in braces.'),
    notify: words(ruleNotifies, 'Left out: people are notified of its alerts.'),
    theatres: listOf(
      text(),
      'The theatres in which it runs, as far as the key may see; omitted: all.'
    ),
    budgets: {
      description: 'Budgets of theatres that the key may see, false alarms a year by theatre.',
      type: 'object',
      additionalProperties: { type: 'number' }
    },
    inForce: listOf(
      part('A parameter with its value in force.', {
        name: text(),
        value: parameterValue,
        unit: text(),
        meaning: text(),
        source: text('Source of the default.'),
        title: text('Its name for people.'),
        inLanguages: part('The words in other languages.', {
          fr: part('In French.', { title: text(), unit: text(), meaning: text() })
        })
      }),
      'Every parameter of the pattern.'
    ),
    failing: part(
      'Failures of `where`, or of a step among the parameters, which count as no match. Of this instance since it loaded its theatres; 0 below `restricted`.',
      {
        count: count(),
        lastMessage: nullable(text())
      }
    ),
    warming: listOf(
      text(),
      'Theatres with less history than the baseline of the rule: there it raises nothing yet.'
    ),
    neededRetentionDays: nullable(
      count('How far it looks back, and 90 days more. Null for a pattern of another version.')
    ),
    retainedTooShort: listOf(
      text(),
      'Theatres that retain less than it looks back: there it may find less.'
    ),
    namesNoRule: listOf(
      text(),
      'Names in a rule over findings that no rule in its theatres answers: of these it finds nothing.'
    )
  },
  ['title', 'where', 'groupBy', 'severities', 'headline', 'notify', 'theatres', 'budgets']
)
export const ruleListSchema = component('RuleList', buildPage(ruleSchema, 'All rules.'))
export const ruleVersionListSchema = component(
  'RuleVersionList',
  buildPage(
    part('A version of a rule.', {
      ruleVersion: { type: 'integer', minimum: 1 },
      at: instant('When it was declared.'),
      by: nullable(part('The author; null if not recorded.', { id: text(), name: text() })),
      rule: {
        description: 'As a PUT takes it.',
        type: 'object',
        additionalProperties: parameterValue
      }
    }),
    'The versions, newest first.'
  )
)
export const nearMissListSchema = shape('NearMissList', 'Near misses.', {
  items: listOf(
    part(
      'A group that nearly fired.',
      {
        theatre: text(),
        group: {
          description: 'The group that it is about.',
          type: 'object',
          additionalProperties: { type: 'string' }
        },
        measure,
        lacks: text('What is missing, as text.'),
        drill: truth('Present for an exercise.'),
        incidents: count('Incidents that count so far.'),
        lastAt: instant('When the last of them ended.')
      },
      ['drill']
    )
  ),
  next: { type: 'null' },
  canSay: truth('False if the pattern of the rule cannot report near misses.')
})
export const rulePreviewSchema = shape(
  'RulePreview',
  'The effect of a change of rules on alerts, in the theatres that this instance folds.',
  {
    theatres: listOf(
      part('One theatre.', {
        theatre: text(),
        since: nullable(
          text('When the first incident that was looked at began; null if there is none.')
        ),
        months: listOf(
          part('A month.', {
            month: text('Year and month, UTC.'),
            alerts: {
              description: 'Number of alerts by severity. A severity without one is left out.',
              type: 'object',
              additionalProperties: { type: 'integer', minimum: 1 }
            }
          }),
          'When the alerts that would appear began, drills left out. Months without one are left out.'
        ),
        lateness: nullable(
          part(
            '`lateSeconds` of all that would appear but drills: median, 90th percentile and maximum.',
            {
              medianSeconds: count(),
              p90Seconds: count(),
              maxSeconds: count()
            }
          )
        ),
        appear: listOf(sketch, 'Alerts that would be raised or reopened.'),
        change: listOf(
          part('An alert that would change.', { before: sketch, after: sketch }),
          'Alerts that would be revised, escalated or closed.'
        ),
        vanish: listOf(sketch, 'Alerts that would be retracted.'),
        same: count('Number of alerts of these rules that would not change.'),
        omitted: count('Number of differences beyond the limit of each list.')
      })
    ),
    elsewhere: listOf(text(), 'Theatres that another instance folds; request the preview there.'),
    complete: truth('False if a theatre is folded elsewhere.')
  }
)
export const rulePreviewProgressSchema = shape('RulePreviewProgress', 'How far a preview is.', {
  preview: nullable(
    part('A preview under way.', {
      startedAt: instant('When it began.'),
      theatres: listOf(
        part('One theatre.', {
          theatre: text(),
          share: {
            description: 'How much of it is done, from 0 to 1.',
            type: 'number',
            minimum: 0,
            maximum: 1
          }
        }),
        'Theatres that this instance folds. One that is no longer listed is done.'
      )
    })
  )
})
