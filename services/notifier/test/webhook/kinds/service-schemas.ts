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

const schemas = { slack, telegram, alertmanager }

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true })
addFormats.default(ajv)

/** Faults of a request by the structure that its service documents. */
export function findServiceFaults(service: keyof typeof schemas, body: unknown): readonly string[] {
  const validate = ajv.compile(schemas[service])
  validate(body)
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
