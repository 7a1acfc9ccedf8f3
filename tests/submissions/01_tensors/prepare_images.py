# %% [markdown]
# Students scale by what they find in the batch, lose the first axis when they flatten, build the
# size of the data set they have just seen into the code, or get a dtype they did not ask for.

# %% divides_by_the_brightest_pixel kind="wrong" points={"test_prepare_images": 0, "test_prepare_images_careful": 1, "test_prepare_images_hidden": 0}
def prepare_images(images):
    """Thinks that "between 0 and 1" means: the brightest pixel of these images becomes 1."""
    return (images.reshape(len(images), -1) / images.max()).astype("float32")

# %% leaves_float64 kind="wrong" points={"test_prepare_images": 1, "test_prepare_images_careful": 0, "test_prepare_images_hidden": 1}
def prepare_images(images):
    """Thinks that a division gives float32."""
    return images.reshape(len(images), -1) / 255

# %% divides_integers kind="wrong" points={"test_prepare_images": 0, "test_prepare_images_careful": 0, "test_prepare_images_hidden": 0}
def prepare_images(images):
    """Takes // for the division."""
    return (images.reshape(len(images), -1) // 255).astype("float32")

# %% writes_back_into_bytes kind="wrong" points={"test_prepare_images": 0, "test_prepare_images_careful": 0, "test_prepare_images_hidden": 0}
def prepare_images(images):
    """Scales in the array it was given, which rounds to whole bytes and changes the caller's data."""
    for i in range(len(images)):
        images[i] = images[i] / 255
    return images.reshape(len(images), -1).astype("float32")

# %% builds_in_784 kind="wrong" points={"test_prepare_images": 0, "test_prepare_images_careful": 0, "test_prepare_images_hidden": 0}
def prepare_images(images):
    """Copies the size of MNIST from the lecture."""
    return images.reshape(-1, 28 * 28).astype("float32") / 255

# %% flattens_everything kind="wrong" points={"test_prepare_images": 0, "test_prepare_images_careful": 0, "test_prepare_images_hidden": 0}
def prepare_images(images):
    """Takes "flatten" for one long row; only a single image comes out with the right values."""
    return images.flatten().astype("float32") / 255

# %% mixes_pixels_of_several_images kind="wrong" points={"test_prepare_images": 0, "test_prepare_images_careful": 1, "test_prepare_images_hidden": 0}
def prepare_images(images):
    """Reshapes to columns first and repairs the shape with a transpose."""
    return images.reshape(-1, len(images)).T.astype("float32") / 255

# %% expects_grey_images kind="wrong" points={"test_prepare_images": 1, "test_prepare_images_careful": 0, "test_prepare_images_hidden": 0}
def prepare_images(images):
    """Takes three axes for granted."""
    n, height, width = images.shape
    return images.reshape(n, height * width).astype("float32") / 255

# %% guesses_from_the_values kind="wrong" points={"test_prepare_images": 1, "test_prepare_images_careful": 1, "test_prepare_images_hidden": 0}
def prepare_images(images):
    """Wants to leave images alone that are already scaled; a nearly black one becomes white."""
    rows = images.reshape(len(images), -1).astype("float32")
    if rows.max() > 1:
        rows /= 255
    return rows

# %% loops_over_pixels kind="right"
def prepare_images(images):
    """Plain loops over images and their pixels."""
    rows = []
    for image in images:
        rows.append([int(pixel) / 255 for pixel in image.flat])
    return np.array(rows, dtype=np.float32)

# %% looks_values_up_in_a_table kind="right"
def prepare_images(images):
    """There are only 256 bytes, so all quotients are computed once."""
    table = np.linspace(0, 1, 256, dtype="float32")
    return np.stack([table[image].ravel() for image in images])

# %% uses_tensorflow kind="right"
def prepare_images(images):
    """The same in TensorFlow; the result is a tensor."""
    import tensorflow as tf

    return tf.reshape(tf.cast(images, tf.float32) / 255.0, (images.shape[0], -1))
