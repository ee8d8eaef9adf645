// How grave a situation is: what rules set for their levels, and alerts are published with. Names
// and order as in CAP.

export const severities = ['minor', 'moderate', 'severe', 'extreme'] as const
export type Severity = (typeof severities)[number]
