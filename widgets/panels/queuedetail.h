#pragma once
// What a run of the queue was queued with: the settings that are not the defaults, or all of them. Folded, it is one
// line.

#include "core/config/run_config.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace aha {

class QueueDetail : public QWidget {
    Q_OBJECT
public:
    explicit QueueDetail(QWidget* parent = nullptr);

    /// `editable`: it may be taken into the form; else `why` says why not.
    void setRun(const QString& name, const Result<RunConfig>& config, bool editable, const QString& why);
    /// No run is chosen.
    void clear();
    QPushButton* foldButton() const { return m_fold; } ///< checked: unfolded
    QPushButton* editButton() const { return m_edit; }
    QPlainTextEdit* text() const { return m_text; }

private:
    void present();
    void fold();

    std::optional<RunConfig> m_config;
    QLabel *m_title, *m_why;
    QPushButton* m_fold;
    QComboBox* m_format;
    QPushButton* m_edit;
    QPlainTextEdit* m_text;
};

} // namespace aha
