import type { Command } from 'commander';
import { addPlace, again, type PlaceOptions, wholeNumber } from './options.ts';
import { perform } from './perform.ts';

export interface QuantizeOptions extends PlaceOptions {
  to: string[];
  out: string;
  imatrixText?: string;
  tensorType?: string[];
  outputTensorType?: string;
  tokenEmbeddingType?: string;
  threads?: number;
  overwrite?: boolean;
  allowRequantize?: boolean;
  json?: boolean;
}

export function describeQuantize(command: Command): void {
  command
    .description('quantize a model to one or several types; each file is loaded once before it counts as made')
    .argument('<in>', 'a GGUF file, best F16, BF16 or F32, or `sample`')
    .requiredOption('--to <type>', 'a type as llama-quantize names them, e.g. Q4_K_M; again for more', again)
    .requiredOption('-o, --out <folder>', 'where the files go')
    .option('--imatrix-text <file>', 'a text on which the importance of the weights is measured first')
    .option(
      '--tensor-type <name=type>',
      'a type for tensors by a regular expression on their names, e.g. ffn_down=q6_k; again for more, the first that fits counts',
      again,
    )
    .option('--output-tensor-type <type>', 'the type of the output tensor')
    .option('--token-embedding-type <type>', 'the type of the token embeddings')
    .option('--threads <n>', 'threads (those of the settings; at first all physical cores)', wholeNumber)
    .option('--overwrite', 'replace files that are there')
    .option('--allow-requantize', 'also from a model that is quantized already')
    .option('--json', 'print one JSON document')
    .addHelpText('after', quantizeTypesInWords);
  addPlace(command);
  command.action((model: string, options: QuantizeOptions) =>
    perform(options, async (work) => (await import('./quantize.ts')).quantize(model, options, work)),
  );
}

const quantizeTypesInWords = `
Types: F32 F16 BF16 Q8_0 Q6_K Q5_K_M Q5_K_S Q5_1 Q5_0 Q4_K_M Q4_K_S Q4_1 Q4_0 IQ4_NL IQ4_XS MXFP4_MOE Q3_K_L Q3_K_M Q3_K_S IQ3_M IQ3_S IQ3_XS
IQ3_XXS Q2_K Q2_K_S Q2_0 IQ2_M IQ2_S IQ2_XS IQ2_XXS TQ2_0 TQ1_0 Q1_0 IQ1_M IQ1_S. IQ1_*, IQ2_XXS, IQ2_XS, IQ2_S and Q2_K_S need --imatrix-text; by the sizes of a model's tensors so may IQ2_M, IQ3_XXS and IQ3_XS.`;
