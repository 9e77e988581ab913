"""Trains a bigram model of words, letter by letter, with plain gradient descent. Needs nothing but Python.

The model is a table of scores: one row for each letter, one column for each letter that may follow it. The loss is the mean
number of nats per letter; guessing blindly costs log(number of letters), about 3.3.
"""
import argparse
import json
import math
import os
import random
import time

END = "."


def read_words(path):
    with open(path, encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip()]


def make_pairs(words, index):
    """Every (letter, next letter) of the words; END marks both ends."""
    pairs = []
    for word in words:
        letters = [END, *word, END]
        pairs.extend((index[a], index[b]) for a, b in zip(letters, letters[1:]))
    return pairs


def softmax(scores):
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def mean_loss(table, pairs):
    rows = [softmax(row) for row in table]
    return -sum(math.log(rows[a][b]) for a, b in pairs) / len(pairs)


def train_step(table, batch, rate):
    """One step of gradient descent on a batch; returns the batch's loss before the step."""
    rows = {a: softmax(table[a]) for a, _ in batch}
    loss = -sum(math.log(rows[a][b]) for a, b in batch) / len(batch)
    for a, b in batch:
        row = table[a]
        for column, chance in enumerate(rows[a]):
            row[column] -= rate * (chance - (column == b)) / len(batch)
    return loss


def sample_word(table, letters, chooser):
    word, current = "", 0
    while len(word) < 20:
        current = chooser.choices(range(len(letters)), softmax(table[current]))[0]
        if letters[current] == END:
            break
        word += letters[current]
    return word


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="data/rivers.txt", help="text file with one word a line")
    parser.add_argument("--steps", type=int, default=2000, help="number of training steps")
    parser.add_argument("--batch-size", type=int, default=64, help="letter pairs a step")
    parser.add_argument("--lr", type=float, default=20.0, help="learning rate")
    parser.add_argument("--log-every", type=int, default=100, help="steps between two lines of the log")
    parser.add_argument("--pause", type=float, default=0.02, help="seconds to wait after each step, to watch a run at work")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", default="out", help="folder for the model")
    args = parser.parse_args()

    chooser = random.Random(args.seed)
    words = read_words(args.data)
    chooser.shuffle(words)
    letters = [END, *sorted(set("".join(words)))]
    index = {letter: place for place, letter in enumerate(letters)}
    held_back = max(1, len(words) // 10)
    train_pairs = make_pairs(words[held_back:], index)
    valid_pairs = make_pairs(words[:held_back], index)
    print(f"{len(words)} words, {len(letters)} letters, {len(train_pairs)} training pairs", flush=True)

    table = [[0.0] * len(letters) for _ in letters]
    started = time.time()
    for step in range(1, args.steps + 1):
        loss = train_step(table, chooser.choices(train_pairs, k=args.batch_size), args.lr)
        if step == 1 or step % args.log_every == 0 or step == args.steps:
            rate = step / max(1e-9, time.time() - started)
            print(f"step {step}/{args.steps} loss {loss:.4f} ({rate:.0f} steps/s)", flush=True)
        time.sleep(args.pause)

    print(f"valid loss {mean_loss(table, valid_pairs):.4f}")
    print("samples: " + ", ".join(sample_word(table, letters, chooser) for _ in range(5)))
    os.makedirs(args.out, exist_ok=True)
    with open(os.path.join(args.out, "model.json"), "w", encoding="utf-8") as file:
        json.dump({"letters": letters, "table": table}, file)


if __name__ == "__main__":
    main()
