# one record at a time, like in the book about making your own network
import numpy

numpy.random.seed(2)
act = lambda x: 1 / (1 + numpy.exp(-x))
lr = 0.2
wih = numpy.random.normal(0.0, 0.5, (5, 4))
who = numpy.random.normal(0.0, 0.5, (3, 5))

records = ["0,5.1,3.5,1.4,0.2", "0,4.9,3.0,1.4,0.2", "1,7.0,3.2,4.7,1.4", "1,6.4,3.2,4.5,1.5",
           "2,6.3,3.3,6.0,2.5", "2,5.8,2.7,5.1,1.9"]

for e in range(300):
    err = 0
    for record in records:
        all_values = record.split(',')
        inputs = numpy.array(numpy.asarray(all_values[1:], dtype=float) / 8, ndmin=2).T
        targets = numpy.zeros((3, 1)) + 0.01
        targets[int(all_values[0])] = 0.99

        hidden_outputs = act(numpy.dot(wih, inputs))
        final_outputs = act(numpy.dot(who, hidden_outputs))

        output_errors = targets - final_outputs
        # split the error by the weights
        hidden_errors = numpy.dot(who.T, output_errors)

        who += lr * numpy.dot(output_errors * final_outputs * (1 - final_outputs), hidden_outputs.T)
        wih += lr * numpy.dot(hidden_errors * hidden_outputs * (1 - hidden_outputs), inputs.T)
        err += (output_errors ** 2).sum()
    if e % 100 == 0:
        print(e, err)
