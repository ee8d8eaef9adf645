export function addLogCommand(..._: unknown[]) {}
