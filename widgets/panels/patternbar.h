#pragma once
// A person's regular expression, marked in one text or in several side by side.

#include "widgets/models/worker.h"

#include <QWidget>

#include <vector>

class QLabel;
class QLineEdit;

namespace aha {

class TraceView;

class PatternBar : public QWidget {
    Q_OBJECT
public:
    /// `name`: of the field; what is said of it is named that and "Text".
    explicit PatternBar(const QString& name, QWidget* parent = nullptr);
    ~PatternBar() override;

    /// Its places in these views, which outlive it; called again whenever a text of theirs is another one.
    void mark(const std::vector<TraceView*>& views);
    /// There, with the focus; or gone with its marks.
    void setWanted(bool wanted);

private:
    void find();

    QLineEdit* m_pattern;
    QLabel* m_said;
    std::vector<TraceView*> m_views;
    quint64 m_generation = 0; ///< late answers are dropped
    Worker m_worker;
};

} // namespace aha
