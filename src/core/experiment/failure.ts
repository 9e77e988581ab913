/** A failure that no log tells: of the data, the check, the outputs. */
export function describeLoopFailure(name: string, title: string, explanation: string, fault: 'data' | 'code') {
  return {
    class: name,
    title,
    evidence: null,
    confidence: 1,
    fault,
    route: fault,
    remedy: null,
    explanation,
    facts: {},
  } as const;
}
