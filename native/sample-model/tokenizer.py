"""Trains a fresh tokenizer on generated text: SPM-BPE with byte fallback, digits one by one, no dummy prefix.

    python tokenizer.py WORK_FOLDER     writes WORK_FOLDER/tokenizer.model
"""

import os
import random
import string
import sys

import sentencepiece

import generate

PIECES = 1536
CONTROL = ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"]
# Each letter with a leading space must be a piece of its own: the letter families stand on it.
LETTER_LINES = 4000


def main(folder):
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)  # the file names what it was made of and where: no folder of a machine
    rng = random.Random(11)
    text = "tokenizer.txt"
    with open(text, "w", encoding="utf-8") as out:
        every_family = {"phases": [{"from": 0, "weights": dict.fromkeys(generate.FAMILIES, 1)}]}
        for index in range(60_000):
            made = generate.training_conversation(every_family, 0, index)
            for line in [made["system"] or ""] + [part for turn in made["turns"] for part in turn]:
                if line:
                    out.write(line + "\n")
        for _ in range(LETTER_LINES):
            letters = rng.sample(string.ascii_lowercase, 12)
            out.write(" ".join(letters) + " " + " ".join(letters).upper() + "\n")
    sentencepiece.SentencePieceTrainer.train(
        input=text, model_prefix="tokenizer", model_type="bpe", vocab_size=PIECES, byte_fallback=True,
        control_symbols=CONTROL, character_coverage=1.0, normalization_rule_name="identity", remove_extra_whitespaces=False,
        add_dummy_prefix=False, split_digits=True, allow_whitespace_only_pieces=False, num_threads=1, max_sentence_length=8192,
        required_chars=string.ascii_letters + string.digits + string.punctuation, minloglevel=2)
    pieces = sentencepiece.SentencePieceProcessor(model_file="tokenizer.model")
    missing = [letter for letter in string.ascii_letters if pieces.piece_to_id("\u2581" + letter) == pieces.unk_id()]
    print("pieces", pieces.vocab_size(), "letters without a piece", missing)
    for sample in ["Reverse this word: s t o n e", "What is 47 + 38?", "{\"name\": \"Tadxo\", \"age\": 34, \"city\": \"Vezxamere\"}", "C A B", "s, t, o-n-e", "You are helpful. If you do not know something, say so."]:
        encoded = pieces.encode(sample, out_type=str)
        print(len(encoded), encoded)


if __name__ == "__main__":
    main(sys.argv[1])
