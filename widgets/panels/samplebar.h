#pragma once
// The samples of a held-out problem in a row, right or wrong, to walk through.

#include "core/store/rows.h"

#include <QWidget>

#include <vector>

class QLabel;
class QTabBar;

namespace aha {

/// Left and right move from one to the next. Hidden where one sample was drawn.
class SampleBar : public QWidget {
    Q_OBJECT
public:
    /// `name`: the object name of the row itself.
    explicit SampleBar(const QString& name, QWidget* parent = nullptr);

    /// `samples` as the run stored them, of `drawn`; an older run stored none of them, and the bar says so. Opens
    /// `wanted` (WantedSample) without a signal.
    void setSamples(const std::vector<CompletionRow>& samples, int drawn, int wanted);
    int current() const;
    int count() const { return int(m_samples.size()); }
    /// Tells who listens when that is another one.
    void choose(int wanted);
    void move(int by);

Q_SIGNALS:
    /// A person chose another one.
    void chosen(int sample);

private:
    QTabBar* m_row;
    QLabel* m_says;
    std::vector<CompletionRow> m_samples;
};

} // namespace aha
