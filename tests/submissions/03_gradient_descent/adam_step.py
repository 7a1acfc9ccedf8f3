# %% [markdown]
# Students leave out, misplace or keep the correction of the running means, put epsilon under the root,
# or write the defaults into the code.

# %% forgets_the_correction kind="wrong" points={"test_adam_step": 1, "test_adam_step_first": 0, "test_adam_step_keras": 0, "test_adam_step_hidden": 0}
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Uses the running means as they are, so the first steps are too long."""
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - lr * m / (np.sqrt(v) + epsilon), m, v

# %% corrects_m_only kind="wrong" points={"test_adam_step": 1, "test_adam_step_first": 0, "test_adam_step_keras": 0, "test_adam_step_hidden": 0}
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Forgets that v starts at 0, too."""
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - lr * m / (1 - beta_1**step) / (np.sqrt(v) + epsilon), m, v

# %% keeps_the_corrected_means kind="wrong" points={"test_adam_step": 0, "test_adam_step_first": 1, "test_adam_step_keras": 0, "test_adam_step_hidden": 0}
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Returns the corrected means, which the next step corrects again."""
    m = (beta_1 * m + (1 - beta_1) * gradient) / (1 - beta_1**step)
    v = (beta_2 * v + (1 - beta_2) * gradient**2) / (1 - beta_2**step)
    return weights - lr * m / (np.sqrt(v) + epsilon), m, v

# %% counts_steps_from_zero kind="wrong" points={"test_adam_step": 1, "test_adam_step_first": 0, "test_adam_step_keras": 0, "test_adam_step_hidden": 0}
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Adds 1 to the step, as Keras has to, since it counts from 0."""
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    m_hat = m / (1 - beta_1 ** (step + 1))
    v_hat = v / (1 - beta_2 ** (step + 1))
    return weights - lr * m_hat / (np.sqrt(v_hat) + epsilon), m, v

# %% corrects_with_beta_itself kind="wrong" points={"test_adam_step": 1, "test_adam_step_first": 1, "test_adam_step_keras": 0, "test_adam_step_hidden": 0}
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Overlooks the power: right at the first step only."""
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - lr * m / (1 - beta_1) / (np.sqrt(v / (1 - beta_2)) + epsilon), m, v

# %% puts_epsilon_under_the_root kind="wrong" points={"test_adam_step": 1, "test_adam_step_first": 1, "test_adam_step_keras": 0, "test_adam_step_hidden": 0}
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Protects the root instead of the division."""
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    m_hat = m / (1 - beta_1**step)
    return weights - lr * m_hat / np.sqrt(v / (1 - beta_2**step) + epsilon), m, v

# %% forgets_epsilon kind="wrong" points={"test_adam_step": 1, "test_adam_step_first": 1, "test_adam_step_keras": 0, "test_adam_step_hidden": 0}
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Divides by 0 where a slope is 0."""
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    return weights - lr * m / (1 - beta_1**step) / np.sqrt(v / (1 - beta_2**step)), m, v

# %% squares_the_mean kind="wrong" points={"test_adam_step": 0, "test_adam_step_first": 0, "test_adam_step_keras": 0, "test_adam_step_hidden": 0}
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Feeds v with the square of m."""
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * m**2
    m_hat, v_hat = m / (1 - beta_1**step), v / (1 - beta_2**step)
    return weights - lr * m_hat / (np.sqrt(v_hat) + epsilon), m, v

# %% works_in_place kind="wrong" points={"test_adam_step": 0, "test_adam_step_first": 1, "test_adam_step_keras": 1, "test_adam_step_hidden": 0}
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Writes into the arrays it was given."""
    m *= beta_1
    m += (1 - beta_1) * gradient
    v *= beta_2
    v += (1 - beta_2) * gradient**2
    weights -= lr * m / (1 - beta_1**step) / (np.sqrt(v / (1 - beta_2**step)) + epsilon)
    return weights, m, v

# %% writes_the_defaults_into_the_code kind="wrong" points={"test_adam_step": 0, "test_adam_step_first": 1, "test_adam_step_keras": 0, "test_adam_step_hidden": 0}
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Uses 0.9 and 0.999 whatever it is given."""
    m = 0.9 * m + 0.1 * gradient
    v = 0.999 * v + 0.001 * gradient**2
    m_hat, v_hat = m / (1 - 0.9**step), v / (1 - 0.999**step)
    return weights - lr * m_hat / (np.sqrt(v_hat) + epsilon), m, v

# %% adds_epsilon_outside_the_brackets kind="wrong" points={"test_adam_step": 1, "test_adam_step_first": 1, "test_adam_step_keras": 0, "test_adam_step_hidden": 0}
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Forgets that a division comes before a sum."""
    m = beta_1 * m + (1 - beta_1) * gradient
    v = beta_2 * v + (1 - beta_2) * gradient**2
    m_hat, v_hat = m / (1 - beta_1**step), v / (1 - beta_2**step)
    return weights - lr * m_hat / np.sqrt(v_hat) + epsilon, m, v

# %% puts_epsilon_where_keras_does kind="right"
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Keras' form: the rate is corrected, epsilon joins the uncorrected root."""
    alpha = lr * np.sqrt(1 - beta_2**step) / (1 - beta_1**step)
    m = m + (gradient - m) * (1 - beta_1)
    v = v + (gradient**2 - v) * (1 - beta_2)
    return weights - m * alpha / (np.sqrt(v) + epsilon), m, v

# %% loops_in_float32 kind="right"
def adam_step(weights, m, v, gradient, step, lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Goes through the entries one by one, in float32."""
    results = [np.empty(weights.shape, dtype="float32") for _ in range(3)]
    for i in np.ndindex(weights.shape):
        m_i = np.float32(beta_1 * m[i] + (1 - beta_1) * gradient[i])
        v_i = np.float32(beta_2 * v[i] + (1 - beta_2) * gradient[i] ** 2)
        root = (v_i / (1 - beta_2**step)) ** 0.5
        w_i = weights[i] - lr * (m_i / (1 - beta_1**step)) / (root + epsilon)
        for result, value in zip(results, (w_i, m_i, v_i)):
            result[i] = value
    return results
