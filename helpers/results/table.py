"""The rows of RESULTS.md: what the decks report, and what ours says about it."""

from __future__ import annotations

from helpers.results.report import Best, Row

ROWS = [
    Row(
        "S1",
        "Fashion-MNIST, dense 128 ReLU and softmax, RMSprop, batch 128, 5 epochs",
        "test 0.8824",
        "s1-fashion",
        "test {s1-fashion[test]}",
        "test {dense-fashion[test]}: the same net and steps, each pixel standardized, Adam, its "
        "rate falling to 0",
        "dense-fashion",
        "Training accuracy is close (the deck's 0.8868 after epoch 5, ours "
        "{s1-fashion[train]}). In test accuracy the deck's one run lies well above the mean of "
        "ours, and above each: RMSprop's rate stays as large as it was, so the last steps "
        "decide, and runs differ, though hardly by so much. Standardized pixels and a rate that "
        "falls to 0 take the same net above the deck's figure, in as many steps.",
    ),
    Row(
        "S1",
        "IMDb 10,000 words, 16-16-1, RMSprop, batch 512, 4 epochs",
        "test 0.8604, loss 0.4960",
        "s1-imdb",
        "test {s1-imdb[test]}, loss {s1-imdb[test_loss]}",
        "test {dense-imdb[test]}: 16-16-1, words weighted by Naive Bayes, dropout, Adam",
        "dense-imdb",
        "Ours is better after 4 epochs. The deck's loss of 0.4960 is that of a longer "
        "training: most likely `fit` was called on the net that had just been trained for "
        "20 epochs, and Keras goes on from the weights there are. Ours, trained for 20 "
        "epochs on 15,000 reviews and then for 4 more on all, has accuracy "
        "{s1-imdb-again[test]} and loss {s1-imdb-again[test_loss]}. The main change is "
        "neither layer nor optimizer: each word gets a weight that says how much more "
        "frequent it is in good reviews than in bad ones (Naive Bayes).",
    ),
    Row(
        "S2",
        "IMDb, 16-16-1 against 4-4-1",
        "validation loss turns at epoch 6 against 10",
        "s2-imdb-4",
        "lowest at epoch {s2-imdb-16[best_epoch]:1} against {s2-imdb-4[best_epoch]:1}; "
        "test after 20 epochs {s2-imdb-16[test]} against {s2-imdb-4[test]}",
        "as in the row above",
        None,
        "The smaller net's lowest loss comes later here, too. When exactly depends on the "
        "batch size, which the deck does not give (here 512, with 15,000 reviews to train "
        "with and 10,000 to validate). In accuracy, size matters little.",
    ),
    Row(
        "S2",
        "IMDb, L2 0.001 and dropout 0.5 against plain",
        "L2 resists over-fitting most",
        "s2-imdb-l2",
        "validation loss rises from its lowest to epoch 20 by {s2-imdb-16[val_loss_rise]:3} plain, "
        "{s2-imdb-l2[val_loss_rise]:3} with L2, {s2-imdb-dropout[val_loss_rise]:3} with dropout; "
        "test {s2-imdb-16[test]}, {s2-imdb-l2[test]}, {s2-imdb-dropout[test]}",
        "as in the row above",
        None,
        "As in the deck, L2 (without the penalty itself) keeps validation loss lowest after "
        "20 epochs: {s2-imdb-16[val_loss_last]:3} plain, {s2-imdb-l2[val_loss_last]:3} with "
        "L2, {s2-imdb-dropout[val_loss_last]:3} with dropout. But accuracy says otherwise: "
        "dropout has the best, L2 next to no gain. Loss punishes being sure and wrong, and L2"
        " mostly makes a net less sure.",
    ),
    Row(
        "S2",
        "MNIST, dense 512 ReLU and softmax, RMSprop",
        "no figure given",
        "s2-mnist",
        "test {s2-mnist[test]}",
        "test {dense-mnist[test]}: the same net and epochs, dropout 0.3, Adam in batches of 64 "
        "(twice the steps), its rate falling to 0",
        "dense-mnist",
        "The deck says neither batch size nor epochs; ours are S1's.",
    ),
    Row(
        "S3",
        "IMDb 5,000 words, 16-16-1, Adam, batch 512, 4 epochs",
        "no figure given",
        "s3-imdb",
        "test {s3-imdb[test]}",
        "as S1's",
        None,
        "Trained on 15,000 reviews, 10,000 held out. Half as many words as in S1 cost little.",
    ),
    Row(
        "S4",
        "MNIST 500 train / 100 test, 30 sigmoid, MSE, SGD, raw pixels",
        "train 0.84, test 0.62",
        "s4-500",
        "train {s4-500[train]:3}; test images: of 100 {s4-500[test_100]:3}, "
        "of all 10,000 {s4-500[test]}",
        "test {dense-500[test]} on all 10,000: 30 sigmoids, pixels to 1, cross-entropy, Adam, "
        "40 changed copies of each image, 25 epochs",
        "dense-500",
        "The deck does not say for how long this one was trained; we took the 1,000 epochs "
        "and batches of 5 of the next two rows. 100 test images say little: a figure of 0.75 "
        "on them has a standard error of 0.04. Raw pixels up to 255 drive the sigmoids to "
        "their flat ends, where squared error hardly learns. The improved net sees each image"
        " in 40 versions, shifted, turned and bent, 25 times, in batches of 50: as many "
        "images, a tenth of the steps.",
    ),
    Row(
        "S4",
        "the same, L2 0.001, batch 5, 1,000 epochs",
        "train 0.986, test 0.78",
        "s4-500-l2",
        "train {s4-500-l2[train]:3}; of 100 {s4-500-l2[test_100]:3}, "
        "of all 10,000 {s4-500-l2[test]}",
        "as in the row above",
        None,
        "As above: 100 test images cannot tell 0.78 from 0.70, 10,000 can. On those, L2 lifts the "
        "test figure from {s4-500[test]:3} to {s4-500-l2[test]:3}, and what the whole net gets "
        "right of its 500 training images from {s4-500[fitted]:3} to {s4-500-l2[fitted]:3}: here "
        "it does not resist over-fitting, it helps to fit. Most likely because small weights keep "
        "the sigmoids away from their flat ends.",
    ),
    Row(
        "S4",
        "the same, dropout 0.2",
        "train 0.814, test 0.76",
        "s4-500-dropout",
        "train {s4-500-dropout[train]:3}; of 100 {s4-500-dropout[test_100]:3}, "
        "of all 10,000 {s4-500-dropout[test]}",
        "as two rows above",
        None,
        "Training accuracy is Keras' running one, with units missing; the whole net gets "
        "{s4-500-dropout[fitted]:3} of its 500 training images right. The deck's 0.76 is "
        "above each of ours, no more than chance would explain: seeds differ by what stands "
        "behind the ±, and 100 test images add a standard error of 0.04.",
    ),
    Row(
        "S4",
        "MNIST 60,000, 30 tanh and softmax, Adam, batch 100, 100 epochs",
        "test 0.9295",
        "s4-mnist",
        "test {s4-mnist[test]}",
        "test {dense-mnist-30[test]}: the same net, pixels to 1, falling rate, some L2, 30 epochs",
        "dense-mnist-30",
        "The same within the spread of the seeds. With pixels from 0 to 1 the tanh units no"
        " longer saturate, and the falling rate lets the net settle; a third of the epochs "
        "are enough.",
    ),
    Row(
        "S4",
        "the same with batch normalization",
        "test 0.930; epoch 1 at 0.711 against 0.458",
        "s4-mnist-bn",
        "test {s4-mnist-bn[test]}; epoch 1 at {s4-mnist-bn[train_first]:3} against "
        "{s4-mnist[train_first]:3}",
        "as in the row above",
        None,
        "The deck's head start does not come back: without batch normalization our first epoch "
        "is as good as with it. The losses that the deck prints without it (0.0688 at an "
        "accuracy of 0.458, 0.0103 at the end) are squared errors, not cross-entropies. Squared "
        "error behind sigmoids is slower in ours, too, at {s4-mnist-squared[train_first]:3} after "
        "the first epoch. So the deck seems to have compared two losses as well.",
    ),
]

BEST = [
    Best(
        "500 images of MNIST to train with",
        0.95,
        "cnn-500",
        "a small convolutional net",
        "{linear-500[test]:4}: logistic regression",
        "linear-500",
        "Each image is seen in 200 versions: shifted, turned, stretched, sheared and bent. "
        "That, and weights shared over the image, do what 500 images cannot. The recipe was"
        " tried on 10,000 other training images, never on the test images.",
    ),
    Best(
        "MNIST",
        0.993,
        "cnn-mnist",
        "a small convolutional net",
        "{linear-mnist[test]:4}: logistic regression",
        "linear-mnist",
        "The same net and the same changes to the images, with 60,000 of them.",
    ),
    Best(
        "Fashion-MNIST",
        0.92,
        "cnn-fashion",
        "a small convolutional net",
        "{linear-fashion[test]:4}: logistic regression",
        "linear-fashion",
        "The same net; images are shifted and mirrored only, for clothes stand "
        "upright, and an image and its mirror image vote together.",
    ),
    Best(
        "IMDb",
        0.905,
        "pairs-imdb",
        "16-16-1 on words and pairs of words",
        "{linear-imdb-pairs[test]:4} on words and pairs, {linear-imdb[test]:4} on words: "
        "TF-IDF and a linear support vector machine",
        "linear-imdb-pairs",
        "The decks' 16-16-1. Its inputs are words and pairs of neighbours that at least "
        'three training reviews have, with Naive Bayes\' weights ("not good" says what '
        '"good" cannot), and dropout 0.5. The matrices are sparse, so the net trains in '
        "seconds.",
    ),
]
