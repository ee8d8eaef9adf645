// The structure of the requests that each service documents, as JSON Schema.

import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'

const mrkdwn = {
  type: 'object',
  required: ['type', 'text'],
  additionalProperties: false,
  properties: { type: { const: 'mrkdwn' }, text: { type: 'string', minLength: 1, maxLength: 3000 } }
}

/** Slack, "Block Kit": https://docs.slack.dev/reference/block-kit/blocks */
const slack = {
  type: 'object',
  required: ['text'],
  additionalProperties: false,
  properties: {
    text: { type: 'string', minLength: 1, maxLength: 40_000 },
    blocks: {
      type: 'array',
      maxItems: 50,
      items: {
        oneOf: [
          {
            type: 'object',
            required: ['type', 'text'],
            additionalProperties: false,
            properties: { type: { const: 'section' }, text: mrkdwn }
          },
          {
            type: 'object',
            required: ['type', 'elements'],
            additionalProperties: false,
            properties: {
              type: { const: 'context' },
              elements: { type: 'array', minItems: 1, maxItems: 10, items: mrkdwn }
            }
          }
        ]
      }
    }
  }
}

/** Telegram Bot API, "sendMessage": https://core.telegram.org/bots/api#sendmessage */
const telegram = {
  type: 'object',
  required: ['chat_id', 'text'],
  additionalProperties: false,
  properties: {
    chat_id: { type: ['integer', 'string'] },
    // After its entities are parsed 4,096 are allowed.
    text: { type: 'string', minLength: 1, maxLength: 8192 },
    parse_mode: { enum: ['HTML', 'MarkdownV2', 'Markdown'] },
    link_preview_options: {
      type: 'object',
      additionalProperties: false,
      properties: { is_disabled: { type: 'boolean' } }
    }
  }
}

/** PagerDuty, "Events API v2", V2_ALERT_EVENT. */
const pagerduty = {
  type: 'object',
  required: ['routing_key', 'event_action'],
  additionalProperties: false,
  properties: {
    routing_key: { type: 'string', minLength: 1 },
    event_action: { enum: ['trigger', 'acknowledge', 'resolve'] },
    dedup_key: { type: 'string', minLength: 1, maxLength: 255 },
    client: { type: 'string' },
    client_url: { type: 'string', format: 'uri' },
    links: {
      type: 'array',
      items: {
        type: 'object',
        required: ['href'],
        additionalProperties: false,
        properties: { href: { type: 'string', format: 'uri' }, text: { type: 'string' } }
      }
    },
    payload: {
      type: 'object',
      required: ['summary', 'source', 'severity'],
      additionalProperties: false,
      properties: {
        summary: { type: 'string', minLength: 1, maxLength: 1024 },
        source: { type: 'string', minLength: 1 },
        severity: { enum: ['critical', 'error', 'warning', 'info'] },
        timestamp: { type: 'string', format: 'date-time' },
        component: { type: 'string' },
        group: { type: 'string' },
        class: { type: 'string' },
        custom_details: { type: 'object' }
      }
    }
  },
  if: { properties: { event_action: { const: 'trigger' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['payload'] },
  else: { required: ['dedup_key'] }
}

const textRun = {
  type: 'object',
  required: ['type', 'text'],
  additionalProperties: false,
  properties: {
    type: { const: 'TextRun' },
    text: { type: 'string', minLength: 1 },
    color: { enum: ['Default', 'Dark', 'Light', 'Accent', 'Good', 'Warning', 'Attention'] },
    size: { enum: ['Default', 'Small', 'Medium', 'Large', 'ExtraLarge'] },
    weight: { enum: ['Default', 'Lighter', 'Bolder'] },
    isSubtle: { type: 'boolean' }
  }
}

/** Teams, "Create incoming webhooks with Workflows"; adaptivecards.io/schemas/1.4.0. */
const teams = {
  type: 'object',
  required: ['type', 'attachments'],
  additionalProperties: false,
  properties: {
    type: { const: 'message' },
    attachments: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['contentType', 'content'],
        additionalProperties: false,
        properties: {
          contentType: { const: 'application/vnd.microsoft.card.adaptive' },
          contentUrl: { type: 'null' },
          content: {
            type: 'object',
            required: ['type', 'version', 'body'],
            additionalProperties: false,
            properties: {
              $schema: { const: 'http://adaptivecards.io/schemas/adaptive-card.json' },
              type: { const: 'AdaptiveCard' },
              version: { enum: ['1.0', '1.1', '1.2', '1.3', '1.4', '1.5'] },
              msteams: { type: 'object', properties: { width: { enum: ['Full'] } } },
              body: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['type', 'inlines'],
                  additionalProperties: false,
                  properties: {
                    type: { const: 'RichTextBlock' },
                    inlines: { type: 'array', items: textRun }
                  }
                }
              },
              actions: {
                type: 'array',
                maxItems: 6,
                items: {
                  type: 'object',
                  required: ['type', 'url'],
                  additionalProperties: false,
                  properties: {
                    type: { const: 'Action.OpenUrl' },
                    title: { type: 'string' },
                    url: { type: 'string', format: 'uri' }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}

const labelSet = { type: 'object', additionalProperties: { type: 'string', minLength: 1 } }

/** Alertmanager, `postableAlerts` in api/v2/openapi.yaml. */
const alertmanager = {
  type: 'array',
  items: {
    type: 'object',
    required: ['labels'],
    additionalProperties: false,
    properties: {
      startsAt: { type: 'string', format: 'date-time' },
      endsAt: { type: 'string', format: 'date-time' },
      generatorURL: { type: 'string', format: 'uri' },
      annotations: labelSet,
      labels: { ...labelSet, propertyNames: { pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' } }
    }
  }
}

const schemas = { slack, teams, telegram, pagerduty, alertmanager }

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true })
addFormats.default(ajv)

/** Faults of a request by the structure that its service documents. */
export function findServiceFaults(service: keyof typeof schemas, body: unknown): readonly string[] {
  const validate = ajv.compile(schemas[service])
  validate(body)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
