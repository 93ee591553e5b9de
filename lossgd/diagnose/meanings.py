"""What verdicts mean: the likeliest cause first, and how to tell it from the next, or what helps."""

from lossgd.diagnose.finding import Meaning

# The curve of a training
BREAKS_OFF = Meaning(
    "not a number",
    "a log of 0, 0/0 or an overflow, in the loss or in the data; or a first step that was far too long",
    20,
)
DIVERGED = Meaning(
    "diverged",
    "the learning rate is too high for this loss and these inputs: divide it by 10. If the loss still grows, "
    "look at the gradient's sign",
    18,
)
OVERFITS = Meaning(
    "overfits",
    "the model learns the training examples by heart: more data, a smaller model, a penalty, or stopping at "
    "the lowest point",
    23,
)
ZIGZAGS = Meaning(
    "oscillates",
    "each step jumps over the minimum: the rate is too high, or the inputs have very different scales. "
    "Half the rate calms it",
    18,
)
RIPPLES = Meaning(
    "oscillates",
    "the rate or the momentum is too high, or the inputs have very different scales. Half of it calms it",
    18,
)
RISES_LATER = Meaning(
    "rises",
    "the learning rate is too high, or has become so; or what is plotted is not what is minimised",
    18,
)
RISES_AT_ONCE = Meaning(
    "rises",
    "a wrong sign, of the gradient or the step; or a rate a little too high. With a wrong sign it rises at a "
    "rate 100 times smaller too",
    25,
)
CREEPS = Meaning(
    "stalls at once",
    "the learning rate is far too small: try 10 and 100 times as much. If that changes nothing, gradients "
    "vanish",
    18,
)
STALLS = Meaning(
    "stalls at once",
    "no gradient arrives: dead or saturated units, a detached loss; or labels that do not belong to the "
    "inputs, or a wild rate. Look at the gradient's norm by layer",
    21,
)
NOISY = Meaning(
    "noisy",
    "each step follows a few examples: a larger batch, a smaller rate, or a mean over epochs calms it. If "
    "each step uses all examples, the rate is too high",
    22,
)
JUMPS = Meaning(
    "noisy",
    "the rate is too high, or each step follows too few examples: try a tenth of the rate first, then a "
    "larger batch",
    18,
)
PLATEAU = Meaning(
    "plateau",
    "a flat region: saturated units, a poor start, a saddle. If the rate was cut where the fall begins, it "
    "was too high until then",
    21,
)
STILL_FALLING = Meaning(
    "still falling",
    "the learning rate is too small, or the run too short: try 3 times the rate, then more epochs",
    18,
)
LEVELS_OFF = Meaning(
    "healthy",
    "nothing is wrong with the curve; whether its level is good, a baseline and a metric tell",
)

# A network
NOT_A_NUMBER = Meaning("not a number", "a log of 0, 0/0 or an overflow on the way there", 20)
TOO_HIGH = Meaning(
    "too high",
    "a sum over the batch in place of a mean; scores that are large from the start; or wrong labels",
    25,
)
NEGATIVE = Meaning("too low", "a wrong sign, or scores taken for probabilities: it is never below 0", 25)
SQUARES = Meaning("too low", "it is where a squared error of probabilities starts", 17)
TOO_LOW = Meaning(
    "too low",
    "a division too many, by n or by the classes; labels among the inputs; or a trained model",
    25,
)
NO_OPINION = Meaning("healthy", "the model starts without an opinion, as it should")
VANISHING = Meaning(
    "vanishing",
    "on the way back the gradient shrinks, and the first layers hardly learn: sigmoids, or weights that "
    "start too small. ReLU with He's start, or residual connections",
    21,
)
EXPLODING = Meaning(
    "exploding",
    "on the way back the gradient grows: weights that start too large. He's start; clipping by norm",
    21,
)
NONE = Meaning("none", "the units behind are dead, or the layer is detached or no part of the loss", 21)
ALIKE = Meaning("healthy", "first and last layer learn at rates that are not far apart")
DEAD_UNITS = Meaning(
    "dead units",
    "a unit of ReLU that is always 0 gets no gradient and stays so: a rate that was too high, or inputs out "
    "of scale. A smaller rate, scaled inputs, a leaky ReLU",
    21,
)
ALIVE = Meaning("healthy", "few units are dead, or none")

# Data
CONSTANT = Meaning(
    "constant column", "it says nothing, and divided by its deviation it is 0/0: leave it out", 19
)
NOT_NORMALISED = Meaning(
    "not normalised",
    "the steps that gradient descent needs grow with κ: subtract each column's mean and divide by its "
    "deviation, as measured on the training set",
    19,
)
NORMALISED = Meaning("healthy", "scaling would not make gradient descent ten times faster")
SHARED_ROWS = Meaning(
    "shared rows",
    "a model that remembers does well on this test: remove what is there twice before you split",
    24,
)
ANSWER = Meaning(
    "answer among the inputs",
    "made from the answer, or known only after it? Ask where the column comes from; without it, train again",
    24,
)
TOGETHER = Meaning(
    "scaled together",
    "the scale was measured before the split: measure it on the training set, and use it for both",
    19,
)
NO_LEAK = Meaning("healthy", "no leak of a kind that comparing numbers can find")

# A range test
BLOWS_UP_AT_ONCE = Meaning("nothing falls", "all rates are too high: start at rates 1,000 times smaller", 18)
NOTHING_FALLS = Meaning(
    "nothing falls", "all rates are too small, or no gradient arrives: widen the range", 18
)
NO_END = Meaning("no end seen", "the highest rate is not yet too high: widen the range", 18)

# Answers, and the gradient of a loss
ONE_CLASS = Meaning(
    "constant",
    "nothing was learned, or a rare class hardly counts: look at recall and F1, and weigh the classes",
    24,
)
NEVER = Meaning(
    "class never predicted",
    "a rare class hardly counts in the loss: weigh the classes, and watch its recall",
    24,
)
MAJORITY = Meaning(
    "no better than the majority",
    "no model does as well: look at precision and recall, the labels, the loss",
    24,
)
ONE_NUMBER = Meaning(
    "constant", "a loss or a link that does not fit the task, or no gradient that arrives", 17
)
MEAN = Meaning(
    "no better than the mean",
    "no model does as well: a link that can not reach the truth, or a wrong loss",
    17,
)
BETTER = Meaning("healthy", "better than no model")
ALL_PAIRS = Meaning(
    "broadcast", "NumPy made all pairs of truths and predictions: give both one shape, and check it", 25
)
JUMP = Meaning("no slope", "the loss jumps there: a hard threshold or an if. Soften it", 20)
RIGHT = Meaning("healthy", "the gradient is that of the loss")
