// The tool's own name and version, as reports carry them.
export const tool = { name: "bubbleproof", version: "0.1.0" } as const;
