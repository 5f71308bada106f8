// Every file here is written for these tests, after the formats that the programs write; none is anybody's chat.

export const lmStudio = {
  name: 'Release notes',
  pinned: false,
  createdAt: 1_730_000_000_000,
  preset: '',
  tokenCount: 50,
  systemPrompt: 'Be exact.',
  messages: [
    {
      versions: [{ type: 'singleStep', role: 'user', content: [{ type: 'text', text: 'What is a heron?' }] }],
      currentlySelected: 0,
    },
    {
      versions: [
        {
          type: 'multiStep',
          role: 'assistant',
          steps: [{ type: 'contentBlock', content: [{ type: 'text', text: 'A fish.' }] }],
        },
        {
          type: 'multiStep',
          role: 'assistant',
          senderInfo: { senderName: 'qwen3-4b' },
          steps: [
            {
              type: 'contentBlock',
              stepIdentifier: '1',
              style: { type: 'thinking' },
              content: [{ type: 'text', text: 'Let me think.' }],
            },
            {
              type: 'contentBlock',
              stepIdentifier: '2',
              content: [{ type: 'text', text: 'A wading bird.' }],
              genInfo: {
                indexedModelIdentifier: 'qwen/qwen3-4b@q4_k_m',
                identifier: 'qwen3-4b',
                predictionConfig: { fields: [{ key: 'llm.prediction.temperature', value: 0.7 }] },
                stats: {
                  stopReason: 'eosFound',
                  tokensPerSecond: 41.5,
                  timeToFirstTokenSec: 0.25,
                  totalTimeSec: 1.5,
                  promptTokensCount: 21,
                  predictedTokensCount: 5,
                },
              },
            },
            { type: 'debugInfoBlock', stepIdentifier: '3', debugInfo: 'Conversation naming' },
          ],
        },
      ],
      currentlySelected: 1,
    },
  ],
};

export const janThread = {
  id: 'jan_1730000000',
  object: 'thread',
  title: 'Birds',
  assistants: [
    {
      assistant_id: 'jan',
      instructions: 'Answer as a birder.',
      model: { id: 'llama3.2-3b-instruct', engine: 'llama-cpp' },
    },
  ],
  created: 1_730_000_000,
};
export const janMessages = [
  {
    id: 'm2',
    object: 'thread.message',
    thread_id: 'jan_1730000000',
    role: 'assistant',
    content: [
      { type: 'reasoning', text: { value: 'Let me think.', annotations: [] } },
      { type: 'text', text: { value: 'Long legs.', annotations: [] } },
    ],
    status: 'ready',
    created_at: 1_730_000_002_000,
    metadata: { tokenSpeed: { tokenSpeed: 22.5, tokenCount: 9 } },
  },
  {
    id: 'm1',
    object: 'thread.message',
    thread_id: 'jan_1730000000',
    role: 'user',
    content: [{ type: 'text', text: { value: 'How do I know a heron?', annotations: [] } }],
    status: 'ready',
    created_at: 1_730_000_001_000,
  },
];

export const openWebUi = [
  {
    id: 'chat-1',
    user_id: 'user',
    title: 'Two tries',
    created_at: 1_730_000_000,
    chat: {
      id: '',
      title: 'Two tries',
      models: ['gemma3:4b'],
      params: { temperature: 0.2, system: 'Short answers.' },
      timestamp: 1_730_000_000_000,
      history: {
        currentId: 'a2',
        messages: {
          u1: {
            id: 'u1',
            parentId: null,
            childrenIds: ['a1', 'a2'],
            role: 'user',
            content: 'Name a wader.',
            timestamp: 1_730_000_001,
          },
          a1: {
            id: 'a1',
            parentId: 'u1',
            childrenIds: ['u2'],
            role: 'assistant',
            content: 'Stork.',
            model: 'gemma3:4b',
            timestamp: 1_730_000_002,
          },
          a2: {
            id: 'a2',
            parentId: 'u1',
            childrenIds: [],
            role: 'assistant',
            content: 'Heron.',
            model: 'qwen3:4b',
            timestamp: 1_730_000_003,
          },
          u2: {
            id: 'u2',
            parentId: 'a1',
            childrenIds: ['a3'],
            role: 'user',
            content: 'Another.',
            timestamp: 1_730_000_004,
          },
          a3: {
            id: 'a3',
            parentId: 'u2',
            childrenIds: [],
            role: 'assistant',
            content: 'Egret.',
            model: 'gemma3:4b',
            timestamp: 1_730_000_005,
          },
        },
      },
      messages: [],
    },
  },
];

export const llamaCpp = {
  conv: { id: 'conv-1', lastModified: 1_730_000_009_000, currNode: 'n3', name: 'Herons' },
  messages: [
    {
      id: 'n0',
      convId: 'conv-1',
      type: 'root',
      timestamp: 1_730_000_000_000,
      role: 'system',
      content: '',
      parent: null,
      children: ['n1'],
    },
    {
      id: 'n1',
      convId: 'conv-1',
      type: 'text',
      timestamp: 1_730_000_001_000,
      role: 'system',
      content: 'You know birds.',
      parent: 'n0',
      children: ['n2'],
    },
    {
      id: 'n2',
      convId: 'conv-1',
      type: 'text',
      timestamp: 1_730_000_002_000,
      role: 'user',
      content: 'Where do they sleep?',
      parent: 'n1',
      children: ['n3'],
    },
    {
      id: 'n3',
      convId: 'conv-1',
      type: 'text',
      timestamp: 1_730_000_003_000,
      role: 'assistant',
      content: 'In trees.',
      model: 'model-Q4_K_M.gguf',
      parent: 'n2',
      children: [],
      timings: { prompt_n: 12, prompt_ms: 100, predicted_n: 4, predicted_ms: 200 },
    },
  ],
};
