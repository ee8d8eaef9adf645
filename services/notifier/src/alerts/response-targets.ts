/** 7-1-7, as outbreaks are measured: detect within 7 days, notify within 1, respond within 7. */
export const responseTargets = {
  detectionS: 7 * 86_400,
  acknowledgementS: 86_400,
  responseS: 7 * 86_400
} as const
